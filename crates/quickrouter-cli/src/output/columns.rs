//! Rows of short texts in columns, also where characters are two columns wide.

use unicode_width::UnicodeWidthStr;

/// Each row as a line; every column but the last is as wide as its widest text.
pub(crate) fn aligned<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).map(|(text, width)| {
            let blanks = " ".repeat(width.saturating_sub(text.width()));
            format!("{text}{blanks}")
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::aligned;

    #[test]
    fn columns_begin_at_the_same_place_in_every_row() {
        let rows = [["令牌", "a"], ["x", "b"]].map(|row| row.map(str::to_owned));
        assert_eq!(aligned(&rows), ["令牌  a", "x     b"]);
    }
}
