//! Reads pictures, within limits, and fits them into a terminal.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use image::imageops::{FilterType, resize, thumbnail};
use image::{ImageReader, Limits, RgbaImage};

/// A longer file is not read.
const MOST_BYTES: u64 = 64 << 20;
/// A larger picture is not decoded: a few kilobytes can stand for gigabytes of one color.
const MOST_SIDE: u32 = 16_384;
const MOST_PIXELS: u64 = 64 << 20;
/// What a decoder may take beside.
const MOST_MEMORY: u64 = 512 << 20;
/// More of a terminal is not taken.
const MOST_COLUMNS: u16 = 60;
const MOST_ROWS: u16 = 24;
/// Rows that stay free: for the path above, and the prompt below.
const FREE_ROWS: u16 = 4;
/// Cells are twice as high as wide in usual fonts; smaller ones than this are hard to read. Their size is
/// not asked for.
pub(super) const CELL: (u32, u32) = (8, 16);

/// A part of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cells {
    pub(super) columns: u16,
    pub(super) rows: u16,
}

/// Reads a picture, or says in the decoder's words why it cannot.
pub(super) fn read(file: &Path) -> Result<RgbaImage, String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let opened = File::open(file).map_err(|error| text(&error))?;
    let metadata = opened.metadata().map_err(|error| text(&error))?;
    if metadata.len() > MOST_BYTES || !metadata.is_file() {
        return Err(format!("{} bytes", metadata.len()));
    }
    let reader = || -> Result<_, String> {
        let again = BufReader::new(File::open(file).map_err(|error| text(&error))?);
        let mut reader =
            ImageReader::new(again).with_guessed_format().map_err(|error| text(&error))?;
        let mut limits = Limits::default();
        limits.max_image_width = Some(MOST_SIDE);
        limits.max_image_height = Some(MOST_SIDE);
        limits.max_alloc = Some(MOST_MEMORY);
        reader.limits(limits);
        Ok(reader)
    };
    let (width, height) = reader()?.into_dimensions().map_err(|error| text(&error))?;
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(format!("{width}x{height}"));
    }
    let picture = reader()?.decode().map_err(|error| text(&error))?.into_rgba8();
    if picture.width() == 0 || picture.height() == 0 {
        return Err(format!("{width}x{height}"));
    }
    Ok(picture)
}

/// The largest part of the screen that has the picture's shape, but none larger than the picture.
pub(super) fn fit(picture: &RgbaImage, (columns, rows): (u16, u16)) -> Cells {
    let most = |screen: u16, most: u16| u64::from(screen.clamp(1, most));
    let columns = most(columns.saturating_sub(1), MOST_COLUMNS);
    let rows = most(rows.saturating_sub(FREE_ROWS), MOST_ROWS);
    let (width, height) = (u64::from(picture.width()), u64::from(picture.height()));
    let (cell_width, cell_height) = (u64::from(CELL.0), u64::from(CELL.1));
    let columns = columns.min(width.div_ceil(cell_width));
    // Rows that these columns need, or columns that the rows leave.
    let high = (columns * cell_width * height).div_ceil(width * cell_height).max(1);
    let columns = if high > rows {
        (rows * cell_height * width / (height * cell_width)).clamp(1, columns)
    } else {
        columns
    };
    let small = |count: u64| u16::try_from(count).unwrap_or(1);
    Cells { columns: small(columns), rows: small(high.min(rows)) }
}

/// The picture in a size of its own: by averages where it gets much smaller.
pub(super) fn scaled(picture: &RgbaImage, width: u32, height: u32) -> RgbaImage {
    if (picture.width(), picture.height()) == (width, height) {
        return picture.clone();
    }
    if picture.width() >= 2 * width && picture.height() >= 2 * height {
        return thumbnail(picture, width, height);
    }
    resize(picture, width, height, FilterType::Triangle)
}

/// The picture as a PNG of at most `scale` times the cells' pixels.
pub(super) fn png(picture: &RgbaImage, cells: Cells, scale: u32) -> Vec<u8> {
    let most = (u32::from(cells.columns) * CELL.0 * scale, u32::from(cells.rows) * CELL.1 * scale);
    let small = if picture.width() > most.0 || picture.height() > most.1 {
        scaled(picture, most.0.min(picture.width()), most.1.min(picture.height()))
    } else {
        picture.clone()
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    // Written to memory, a valid picture does not fail.
    let _ = small.write_to(&mut bytes, image::ImageFormat::Png);
    bytes.into_inner()
}

#[cfg(test)]
mod tests {
    use image::RgbaImage;

    use super::{Cells, fit, read};

    fn fitted(width: u32, height: u32, screen: (u16, u16)) -> (u16, u16) {
        let Cells { columns, rows } = fit(&RgbaImage::new(width, height), screen);
        (columns, rows)
    }

    #[test]
    fn pictures_fit_the_screen_and_keep_their_shape() {
        assert_eq!(fitted(1024, 1024, (80, 24)), (40, 20));
        assert_eq!(fitted(1024, 1024, (200, 100)), (48, 24));
        assert_eq!(fitted(1024, 1024, (40, 24)), (39, 20));
        assert_eq!(fitted(2048, 512, (80, 24)), (60, 8));
        assert_eq!(fitted(64, 64, (80, 24)), (8, 4));
        assert_eq!(fitted(1, 1, (80, 24)), (1, 1));
        assert_eq!(fitted(1, 4000, (80, 24)), (1, 20));
        assert_eq!(fitted(4000, 1, (80, 24)), (60, 1));
        assert_eq!(fitted(1024, 1024, (1, 1)), (1, 1));
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |name: &str, content: &[u8]| {
            let file = folder.path().join(name);
            std::fs::write(&file, content).unwrap();
            read(&file).unwrap_err()
        };
        refused("a.mp4", b"\0\0\0\x18ftypmp42");
        refused("a.txt", b"a text");
        refused("empty.png", b"");
        let mut png = Vec::new();
        let picture = RgbaImage::from_pixel(64, 64, image::Rgba([1, 2, 3, 255]));
        picture.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
        refused("half.png", &png[..png.len() / 2]);
        // The header alone promises 10 gigapixels.
        let mut bomb = png.clone();
        bomb[16..24].copy_from_slice(&[0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]);
        refused("bomb.png", &bomb);
        assert!(read(folder.path()).is_err());
        let whole = folder.path().join("named.txt");
        std::fs::write(&whole, &png).unwrap();
        assert_eq!(read(&whole).unwrap().dimensions(), (64, 64));
    }
}
