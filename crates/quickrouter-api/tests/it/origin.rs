//! What the contract says of a gateway's origin, and of error codes.

use quickrouter_api::{BASE_URL, error_codes, routes};

#[test]
fn every_error_code_is_explained_in_both_languages() {
    assert!(error_codes().len() > 5);
    for code in error_codes() {
        assert!(code.description.is_ascii() && !code.description.is_empty(), "{}", code.code);
        let chinese = code.description_zh.chars().filter(|c| ('\u{4e00}'..'\u{a000}').contains(c));
        assert!(chinese.count() > 5, "{}: {}", code.code, code.description_zh);
    }
}

#[test]
fn the_default_base_url_is_at_the_first_host_of_the_family() {
    let first = routes::origin::HOSTS[0].origin;
    assert!(BASE_URL.strip_prefix(first).is_some_and(|rest| rest.starts_with('/')), "{first}");
}

#[test]
fn only_the_price_list_needs_no_key() {
    let open: Vec<_> = routes::origin::ALL.iter().filter(|route| !route.needs_key).collect();
    assert_eq!(open, [&routes::origin::PRICING]);
}
