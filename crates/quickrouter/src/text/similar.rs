//! Names that were probably meant.

/// Names that are less alike than this are not suggested: by the Jaro-Winkler similarity, from 0 to 1.
const LEAST_ALIKE: f64 = 0.75;

/// Returns the name that is most like `word`, if any is similar enough to be what was meant. Upper and
/// lower case are the same.
///
/// # Examples
/// ```
/// use quickrouter::text::nearest;
///
/// assert_eq!(nearest("lighthose", ["lighthouse", "harbor"]), Some("lighthouse"));
/// assert_eq!(nearest("fox", ["lighthouse", "harbor"]), None);
/// ```
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let rated = names.into_iter();
    let rated = rated.map(|name| (strsim::jaro_winkler(&lower, &name.to_lowercase()), name));
    let best = rated.max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(likeness, _)| *likeness > LEAST_ALIKE).map(|(_, name)| name)
}
