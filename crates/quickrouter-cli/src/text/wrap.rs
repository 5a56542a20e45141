//! Breaks lines at a width as terminals count it, in English and Chinese.

use unicode_linebreak::linebreaks;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Breaks the lines of a text that are wider than `width`; what goes on keeps the line's indent. A word
/// wider than a line stays whole.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    text.lines().flat_map(|line| one(line.trim_end(), width)).collect()
}

fn one(line: &str, width: usize) -> Vec<String> {
    let words = line.trim_start();
    let indent = &line[..line.len() - words.len()];
    let room = width.saturating_sub(indent.width());
    let (mut lines, mut rest) = (Vec::new(), words);
    while rest.width() > room {
        let fits = |end: &usize| rest[..*end].trim_end().width() <= room;
        let mut ends = breaks(rest);
        let Some(first) = ends.next() else { break };
        let end = std::iter::once(first).chain(ends).take_while(fits).last().unwrap_or(first);
        lines.push(format!("{indent}{}", rest[..end].trim_end()));
        rest = rest[end..].trim_start();
    }
    lines.push(format!("{indent}{rest}"));
    lines
}

/// Where a line may be broken: after a space and beside a wide character, as Unicode's annex 14 allows.
/// It would also break `--base-url` and paths, which people copy.
fn breaks(text: &str) -> impl Iterator<Item = usize> {
    let wide = |c: Option<char>| c.and_then(UnicodeWidthChar::width) == Some(2);
    linebreaks(text).map(|(at, _)| at).filter(move |&at| {
        let (before, after) = (text[..at].chars().next_back(), text[at..].chars().next());
        let space = before.is_some_and(char::is_whitespace);
        after.is_some() && (space || wide(before) || wide(after))
    })
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::wrapped;

    #[test]
    fn english_breaks_at_spaces_alone() {
        let text = "--base-url and owner/name:version stay whole";
        assert_eq!(wrapped(text, 16), ["--base-url and", "owner/name:version", "stay whole"]);
        assert_eq!(wrapped("a  b", 80), ["a  b"]);
        assert_eq!(wrapped("", 80), [""; 0]);
        assert_eq!(wrapped("  one two\nthree", 6), ["  one", "  two", "three"]);
        assert_eq!(wrapped("an id 0123456789abcdef", 8), ["an id", "0123456789abcdef"]);
    }

    #[test]
    fn chinese_breaks_between_characters_and_never_before_punctuation() {
        assert_eq!(wrapped("生成图像，或重绘", 8), ["生成图", "像，或重", "绘"]);
        let text = "使用临时模拟器：无需令牌，无需联网，不产生费用，图片仅为占位图 --emulator";
        for width in 12..80 {
            let lines = wrapped(text, width);
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
            for line in lines {
                assert!(line.width() <= width, "{width}: {line}");
                assert!(!line.starts_with(['，', '：', '。']), "{width}: {line}");
            }
        }
    }
}
