//! Prices and amounts as people read and write them.

use crate::state::price::Price;

/// Reads a price as people write it: digits, and a point among them. No sign, no exponent.
pub(super) fn read(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let price = if plain { text.parse().ok()? } else { return None };
    Price::is_valid(price).then_some(price)
}

/// An amount in USD with two to six digits after the point: `0.0046`, `1.20`.
pub(super) fn amount(amount: f64) -> String {
    let mut text = format!("{amount:.6}");
    let least = text.len() - 4;
    while text.len() > least && text.ends_with('0') {
        text.pop();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_read_as_people_write_them() {
        for (text, price) in [("0", 0.0), (" 0.0046 ", 0.0046), ("1000", 1000.0), (".5", 0.5)] {
            assert_eq!(read(text), Some(price), "{text:?}");
        }
        for text in ["", ".", "-1", "+1", "1e3", "NaN", "inf", "1000.01", "1,5", "0x1", "1 2"] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn amounts_have_two_to_six_digits_after_the_point() {
        for (number, text) in
            [(0.0, "0.00"), (0.0046, "0.0046"), (1.2, "1.20"), (3e6, "3000000.00")]
        {
            assert_eq!(amount(number), text);
        }
        assert_eq!(amount(Price::new(0.0046).of(3)), "0.0138");
    }
}
