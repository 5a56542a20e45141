//! Amounts: exact, rounded up, bounded.

use proptest::prelude::*;
use quickrouter_account::{Amount, InvalidAmount};

fn micros(text: &str) -> Result<i64, InvalidAmount> {
    text.parse::<Amount>().map(Amount::micros)
}

#[test]
fn amounts_are_read_as_people_and_gateways_write_them() {
    let written = [
        ("0.04", 40_000),
        ("4e-2", 40_000),
        ("4E-2", 40_000),
        (".5", 500_000),
        ("5.", 5_000_000),
        ("+1", 1_000_000),
        (" 2 ", 2_000_000),
        ("-0.000001", -1),
        ("0", 0),
        ("-0", 0),
        ("0e400", 0),
        ("000001.50", 1_500_000),
        ("9223372036854.775807", i64::MAX),
    ];
    for (text, expected) in written {
        assert_eq!(micros(text), Ok(expected), "{text:?}");
    }
}

#[test]
fn more_than_six_decimals_are_rounded_up_and_never_to_nothing() {
    let rounded = [
        ("0.0000001", 1),
        ("0.0400000001", 40_001),
        ("1e-400", 1),
        ("-0.0000001", 0),
        ("-0.0000019", -1),
        ("0.9999999", 1_000_000),
    ];
    for (text, expected) in rounded {
        assert_eq!(micros(text), Ok(expected), "{text:?}");
    }
}

#[test]
fn a_limit_is_never_more_than_what_was_written() {
    let limits = [
        ("0.0000001", Ok(0)),
        ("1e-400", Ok(0)),
        ("0.0000019", Ok(1)),
        ("0.1599999999", Ok(159_999)),
        ("0.16", Ok(160_000)),
        ("0", Ok(0)),
        ("-0.0000001", Err("amount-negative")),
        ("-1", Err("amount-negative")),
        ("１", Err("amount-invalid")),
        ("٠.٤", Err("amount-invalid")),
        ("1e300", Err("amount-too-large")),
    ];
    for (text, expected) in limits {
        let limit = Amount::parse_limit(text);
        assert_eq!(limit.map(Amount::micros).map_err(|why| why.code()), expected, "{text:?}");
    }
}

#[test]
fn what_is_no_amount_is_refused_with_its_text() {
    let long = "9".repeat(100_000);
    for text in ["", " ", ".", "e5", "1e", "NaN", "inf", "-", "+-5", "1,5", "1_000", "$4", "0x10"] {
        let refused = InvalidAmount::NotANumber { value: text.to_owned() };
        assert_eq!(micros(text), Err(refused), "{text:?}");
    }
    assert_eq!(micros("1e401").unwrap_err().code(), "amount-invalid");
    assert_eq!(micros("1e99999999999").unwrap_err().code(), "amount-invalid");
    assert_eq!(micros("1e300").unwrap_err().code(), "amount-too-large");
    assert_eq!(micros("9223372036854.775808").unwrap_err().code(), "amount-too-large");
    let message = micros(&long).unwrap_err().to_string();
    assert!(message.len() < 200, "{message}");
    let negative = Amount::parse_unsigned("-0.04").unwrap_err();
    assert_eq!(negative.to_string(), "the amount \"-0.04\" is negative; use 0 or more");
}

#[test]
fn arithmetic_that_overflows_is_none() {
    let most = Amount::from_micros(i64::MAX);
    assert_eq!(most.plus(Amount::from_micros(1)), None);
    assert_eq!(Amount::from_micros(i64::MIN).minus(Amount::from_micros(1)), None);
    assert_eq!(most.times(2), None);
    assert_eq!(Amount::from_micros(1).times(u64::MAX), None);
    assert_eq!(most.times(1), Some(most));
    assert_eq!(Amount::from_micros(i64::MIN).to_string(), "-9223372036854.775808");
}

proptest! {
    #[test]
    fn an_amount_is_what_it_is_displayed_and_serialized_as(micros: i64) {
        let amount = Amount::from_micros(micros);
        prop_assert_eq!(amount.to_string().parse(), Ok(amount));
        let json = serde_json::to_string(&amount).unwrap();
        prop_assert_eq!(serde_json::from_str::<Amount>(&json).unwrap(), amount);
    }

    #[test]
    fn an_amount_is_never_less_than_its_text_and_less_than_a_micro_unit_more(
        whole in 0_u64..1_000_000,
        decimals in "[0-9]{0,12}",
    ) {
        let micros = i128::from(micros(&format!("{whole}.{decimals}")).unwrap());
        let padded: i128 = format!("{whole}{decimals:0<12}").parse().unwrap();
        prop_assert!(micros * 1_000_000 >= padded);
        prop_assert!((micros - 1) * 1_000_000 < padded);
    }

    #[test]
    fn no_text_makes_it_panic(text in "[-+]?[0-9.]{0,60}([eE][-+]?[0-9]{0,12})?|.{0,40}") {
        let _ = text.parse::<Amount>();
    }
}
