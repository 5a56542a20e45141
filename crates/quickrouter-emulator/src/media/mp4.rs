//! Writes an MP4 file with one track of H.264: ISO/IEC 14496-12 (boxes) and 14496-15 (`avcC`).

/// A track of whole frames, each of which can be shown without the others.
#[derive(Default)]
pub(super) struct Track {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Frames per second.
    pub(super) rate: u32,
    pub(super) sps: Vec<u8>,
    pub(super) pps: Vec<u8>,
    /// One NAL unit each.
    pub(super) frames: Vec<Vec<u8>>,
}

/// The matrix that neither turns nor scales.
const UPRIGHT: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/// The file, which names the software that made it.
pub(super) fn file(track: &Track, software: &str) -> Vec<u8> {
    let samples: Vec<Vec<u8>> = track.frames.iter().map(|frame| sized(frame)).collect();
    let head = boxed("ftyp", &[b"isom", &long(0x200), b"isomavc1mp41"]);
    // The offset of the first frame does not change the size of what is before it.
    let before = head.len() + moov(track, &samples, 0, software).len() + 8;
    let content = samples.concat();
    [head, moov(track, &samples, count(before), software), boxed("mdat", &[&content])].concat()
}

fn moov(track: &Track, samples: &[Vec<u8>], offset: u32, software: &str) -> Vec<u8> {
    let length = long(count(samples.len()));
    let timing = [&[0; 8][..], &long(track.rate), &length].concat();
    let matrix = longs(&UPRIGHT);
    let movie = [&timing, &long(0x1_0000)[..], &[1, 0], &[0; 10], &matrix, &[0; 24], &long(2)];
    let size = longs(&[track.width << 16, track.height << 16]);
    let shown = [&[0; 8][..], &long(1), &[0; 4], &length, &[0; 16], &matrix, &size];
    // 3: enabled, and part of the presentation.
    let track_box = boxed("trak", &[&full("tkhd", 3, &shown), &mdia(track, samples, offset)]);
    boxed("moov", &[&full("mvhd", 0, &movie), &track_box, &udta(software)])
}

fn mdia(track: &Track, samples: &[Vec<u8>], offset: u32) -> Vec<u8> {
    // The language `und`, undetermined.
    let language = [0x55, 0xc4, 0, 0];
    let head = [&[0; 8][..], &long(track.rate), &long(count(samples.len())), &language];
    let handler = [&[0; 4], &b"vide"[..], &[0; 12], b"VideoHandler\0"];
    let reference = full("dref", 0, &[&long(1), &full("url ", 1, &[])]);
    let parts =
        [full("vmhd", 1, &[&[0; 8]]), boxed("dinf", &[&reference]), stbl(track, samples, offset)];
    let information = boxed("minf", &[&parts.concat()]);
    boxed("mdia", &[&full("mdhd", 0, &head), &full("hdlr", 0, &handler), &information])
}

/// The software, where players and `ffprobe` look for it: `©too` of iTunes' list.
fn udta(software: &str) -> Vec<u8> {
    let data = boxed("data", &[&long(1), &long(0), software.as_bytes()]);
    let mut tool = boxed("xtoo", &[&data]);
    tool[4] = 0xa9;
    let handler = full("hdlr", 0, &[&[0; 4], b"mdirappl", &[0; 9]]);
    boxed("udta", &[&full("meta", 0, &[&handler, &boxed("ilst", &[&tool])])])
}

fn stbl(track: &Track, samples: &[Vec<u8>], offset: u32) -> Vec<u8> {
    let number = long(count(samples.len()));
    let sizes: Vec<u32> = samples.iter().map(|sample| count(sample.len())).collect();
    let stts = [&long(1)[..], &number, &long(1)];
    let stsc = [&long(1)[..], &long(1), &number, &long(1)];
    boxed(
        "stbl",
        &[
            &full("stsd", 0, &[&long(1), &avc1(track)]),
            &full("stts", 0, &stts),
            &full("stsc", 0, &stsc),
            &full("stsz", 0, &[&long(0), &number, &longs(&sizes)]),
            &full("stco", 0, &[&long(1), &long(offset)]),
        ],
    )
}

fn avc1(track: &Track) -> Vec<u8> {
    let short = |number: u32| u16::try_from(number).unwrap_or(u16::MAX).to_be_bytes();
    let (sps, pps) = (&track.sps, &track.pps);
    let sizes = [short(count(sps.len())), short(count(pps.len()))];
    // Profile, compatibility and level are the second to fourth byte of the SPS; sizes take 4 bytes.
    let avcc = [&[1], &sps[1..4], &[0xff, 0xe1], &sizes[0], sps, &[1], &sizes[1], pps];
    boxed(
        "avc1",
        &[
            &[0, 0, 0, 0, 0, 0, 0, 1],
            &[0; 16],
            &short(track.width),
            &short(track.height),
            // 72 dots per inch, one frame a sample, no name, 24 bits.
            &longs(&[0x48_0000, 0x48_0000, 0]),
            &[0, 1],
            &[0; 32],
            &[0, 24, 0xff, 0xff],
            &boxed("avcC", &avcc),
        ],
    )
}

/// A NAL unit after its size.
fn sized(unit: &[u8]) -> Vec<u8> {
    [&long(count(unit.len())), unit].concat()
}

fn boxed(name: &str, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    [&long(count(content.len() + 8)), name.as_bytes(), &content].concat()
}

/// A box with a version, 0, and flags.
fn full(name: &str, flags: u32, parts: &[&[u8]]) -> Vec<u8> {
    boxed(name, &[&long(flags), &parts.concat()])
}

fn long(number: u32) -> [u8; 4] {
    number.to_be_bytes()
}

fn longs(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

fn count(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}
