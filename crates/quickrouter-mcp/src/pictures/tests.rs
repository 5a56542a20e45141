use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{DynamicImage, ImageBuffer, ImageFormat, Rgb};

use super::crafted::{animated, cmyk, encoded, noise, plain, png, png_of_size};
use super::{Images, Picture, Shown, dimensions, shown};

/// What a result shows of files with this content.
fn shown_of(contents: &[Vec<u8>], images: Images) -> Shown {
    let folder = tempfile::tempdir().unwrap();
    let write = |(at, content): (usize, &Vec<u8>)| -> PathBuf {
        let file = folder.path().join(at.to_string());
        std::fs::write(&file, content).unwrap();
        file
    };
    let files: Vec<_> = contents.iter().enumerate().map(write).collect();
    let files: Vec<_> = files.iter().map(PathBuf::as_path).collect();
    shown(&files, images)
}

fn content(picture: &Picture) -> Vec<u8> {
    STANDARD.decode(&picture.data).unwrap()
}

/// The thumbnail of a file with this content.
fn thumbnail(file: Vec<u8>) -> Option<DynamicImage> {
    let shown = shown_of(&[file], Images::Thumbnail);
    let picture = shown.pictures.first()?;
    assert_eq!(picture.media_type, "image/jpeg");
    assert!(picture.data.len() <= 64_000);
    Some(image::load_from_memory_with_format(&content(picture), ImageFormat::Jpeg).unwrap())
}

fn is_near(picture: &DynamicImage, color: [u8; 3]) -> bool {
    let found = picture.to_rgb8().get_pixel(0, 0).0;
    found.iter().zip(color).all(|(found, color)| found.abs_diff(color) < 12)
}

fn read_dimensions(content: &[u8]) -> Option<(u32, u32)> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a");
    std::fs::write(&file, content).unwrap();
    dimensions(&file)
}

#[test]
fn a_thumbnail_keeps_the_shape_and_is_never_larger_than_the_picture() {
    for ((width, height), expected) in [
        ((1, 1), (1, 1)),
        ((1, 30_000), (1, 512)),
        ((30_000, 1), (512, 1)),
        ((1024, 512), (512, 256)),
        ((600, 600), (512, 512)),
        ((512, 100), (512, 100)),
    ] {
        let picture = thumbnail(png(&plain(width, height, [0, 128, 0, 255]))).unwrap();
        assert_eq!((picture.width(), picture.height()), expected, "{width}x{height}");
        assert!(is_near(&picture, [0, 128, 0]), "{width}x{height}");
    }
}

#[test]
fn transparent_pixels_are_white() {
    let picture = thumbnail(png(&plain(20, 20, [0, 0, 0, 0]))).unwrap();
    assert!(is_near(&picture, [255, 255, 255]));
    let half = thumbnail(png(&plain(1030, 1030, [0, 0, 0, 128]))).unwrap();
    assert!(is_near(&half, [127, 127, 127]));
}

#[test]
fn pictures_of_every_kind_have_a_thumbnail() {
    let deep = ImageBuffer::from_pixel(30, 20, Rgb([65_535_u16, 0, 0]));
    let red = plain(30, 20, [255, 0, 0, 255]);
    let flat = DynamicImage::from(red.to_rgb8());
    for (kind, file) in [
        ("16 bits", png(&DynamicImage::ImageRgb16(deep))),
        ("jpeg", encoded(&flat, ImageFormat::Jpeg)),
        ("webp", encoded(&red, ImageFormat::WebP)),
        ("gif", encoded(&red, ImageFormat::Gif)),
        ("gif of two frames", animated()),
    ] {
        let picture = thumbnail(file).unwrap_or_else(|| panic!("{kind}"));
        assert!(is_near(&picture, [255, 0, 0]), "{kind}");
    }
    assert!(thumbnail(cmyk()).is_some(), "four inks");
    assert_eq!(read_dimensions(&cmyk()), Some((8, 8)));
    assert_eq!(read_dimensions(&animated()), Some((40, 20)));
}

#[test]
fn what_is_no_picture_has_none_and_the_others_keep_theirs() {
    let good = png(&plain(8, 8, [0, 0, 0, 255]));
    let cut = png(&noise(64, 64, 1))[..3000].to_vec();
    let mut flipped = good.clone();
    flipped[40] ^= 0xff;
    for (kind, bad) in [
        ("empty", Vec::new()),
        ("text", b"an error page".to_vec()),
        ("cut", cut),
        ("corrupt", flipped),
        ("jpeg of nothing", vec![0xff, 0xd8, 0xff, 0xe0]),
        ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()),
    ] {
        for images in [Images::Thumbnail, Images::Full] {
            let files = [bad.clone(), good.clone()];
            assert_eq!(shown_of(&files, images).pictures.len(), 1, "{kind}");
        }
    }
    let nothing = shown(&[Path::new("/no/such/file")], Images::Thumbnail);
    assert_eq!(nothing, Shown::default());
}

#[test]
fn a_header_of_gigabytes_is_measured_and_not_decoded() {
    for (width, height) in [(30_000, 30_000), (70_000, 2), (8193, 8192)] {
        let file = png_of_size(width, height);
        assert!(file.len() < 200);
        assert_eq!(read_dimensions(&file), Some((width, height)));
        for images in [Images::Thumbnail, Images::Full] {
            let files = std::slice::from_ref(&file);
            assert_eq!(shown_of(files, images).pictures, [], "{width}x{height}");
        }
    }
}

#[test]
fn a_valid_picture_over_the_limits_is_not_decoded() {
    assert!(thumbnail(png(&DynamicImage::new_luma8(65_535, 1))).is_some());
    assert!(thumbnail(png(&DynamicImage::new_luma8(65_536, 1))).is_none());
    // Less than a megabyte that stands for 64.
    let large = png(&DynamicImage::new_luma8(8193, 8192));
    assert!(large.len() < 1 << 20, "{}", large.len());
    assert!(thumbnail(large).is_none());
}

#[test]
fn all_thumbnails_together_are_at_most_64_kb_of_base64() {
    for count in [1, 3, 16] {
        let files: Vec<_> = (0..count).map(|seed| png(&noise(200, 200, seed))).collect();
        let shown = shown_of(&files, Images::Thumbnail);
        assert_eq!(shown.pictures.len(), files.len());
        let all: usize = shown.pictures.iter().map(|picture| picture.data.len()).sum();
        assert!(all <= 64_000 && all > 24_000, "{count}: {all}");
    }
}

#[test]
fn a_picture_that_needs_little_leaves_its_share_to_the_others() {
    let files = [png(&plain(8, 8, [0; 4])), png(&plain(8, 8, [0; 4])), png(&noise(600, 600, 1))];
    let shown = shown_of(&files, Images::Thumbnail);
    assert!(shown.pictures[2].data.len() > 64_000 / 3, "{}", shown.pictures[2].data.len());
}

#[test]
fn of_many_pictures_the_first_are_shown() {
    let files = vec![png(&plain(2, 2, [0; 4])); 18];
    let shown = shown_of(&files, Images::Thumbnail);
    assert_eq!((shown.pictures.len(), shown.left_out), (16, 2));
}

#[test]
fn a_full_picture_is_the_file_as_it_was_saved() {
    for (media_type, file) in [
        ("image/png", png(&noise(20, 20, 1))),
        ("image/gif", animated()),
        ("image/webp", encoded(&noise(20, 20, 1), ImageFormat::WebP)),
        ("image/jpeg", encoded(&noise(20, 20, 1), ImageFormat::Jpeg)),
    ] {
        let shown = shown_of(std::slice::from_ref(&file), Images::Full);
        assert_eq!(shown.reduced, 0);
        assert_eq!(shown.pictures[0].media_type, media_type);
        assert_eq!(content(&shown.pictures[0]), file, "{media_type}");
    }
}

#[test]
fn a_full_picture_that_clients_refuse_is_a_thumbnail_and_is_counted() {
    let large = png(&noise(1100, 1000, 1));
    assert!(large.len() > 3 << 20);
    let long = png(&plain(8001, 1, [0; 4]));
    let shown = shown_of(&[large, long, png(&plain(2, 2, [0; 4]))], Images::Full);
    let types: Vec<_> = shown.pictures.iter().map(|picture| picture.media_type).collect();
    assert_eq!(types, ["image/jpeg", "image/jpeg", "image/png"]);
    assert_eq!(shown.reduced, 2);
}

#[test]
fn all_full_pictures_together_are_bounded() {
    let files: Vec<_> = (0..4).map(|seed| png(&noise(1000, 950, seed))).collect();
    assert!(files.iter().all(|file| file.len() < 3 << 20 && file.len() > 5 << 19));
    let shown = shown_of(&files, Images::Full);
    let full = shown.pictures.iter().filter(|picture| picture.media_type == "image/png");
    assert_eq!((full.count(), shown.reduced), (2, 2));
}

#[test]
fn without_images_no_file_is_read() {
    let files = [png(&plain(2, 2, [0; 4]))];
    assert_eq!(shown_of(&files, Images::None), Shown::default());
}

#[cfg(unix)]
#[test]
fn a_picture_replaced_by_a_link_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let (secret, link) = (folder.path().join("secret.png"), folder.path().join("a.png"));
    std::fs::write(&secret, png(&plain(2, 2, [0; 4]))).unwrap();
    std::os::unix::fs::symlink(&secret, &link).unwrap();
    for images in [Images::Thumbnail, Images::Full] {
        assert_eq!(shown(&[&link], images).pictures, []);
        assert_eq!(shown(&[&secret], images).pictures.len(), 1);
    }
    assert_eq!(dimensions(&link), None);
}
