//! Logs of many shapes, each with its source.

use std::fmt::Write as _;

use super::{Reading, progress, read};

#[test]
fn the_rate_does_not_count_the_slow_first_step() {
    // A first step of 0.64 s, then a step every 0.06 s, two a line.
    let logs = "  0%|          | 0/50 [00:00<?, ?it/s]\n\
                \u{20} 2%|2         | 1/50 [00:00<00:31,  1.56it/s]\n\
                \u{20} 6%|6         | 3/50 [00:00<00:09,  4.75it/s]\n\
                \u{20}10%|#         | 5/50 [00:00<00:06,  7.47it/s]\n";
    let rate = progress(logs).unwrap().rate.unwrap();
    assert!((rate - 1.0 / 0.06).abs() < 1.0, "{rate} steps a second, printed: 7.47");
}

#[test]
fn a_slow_bar_prints_seconds_for_a_step() {
    let first = " 10%|#         | 1/10 [00:04<00:36,  4.00s/it]\n";
    assert_eq!(progress(first).unwrap().rate, None, "the first step is slow");
    let logs = format!("{first} 20%|##        | 2/10 [00:06<00:22,  2.82s/it]\n");
    let rate = progress(&logs).unwrap().rate.unwrap();
    assert!((rate - 0.5).abs() < 0.01, "{rate} steps a second");
    let odd = " 10%|#         | 1/10 [00:02<00:18,  0.00s/it]\n";
    assert_eq!(progress(odd).unwrap().rate, None);
}

#[test]
fn a_second_bar_goes_on_at_the_rate_of_the_first() {
    let logs = " 10%|#         | 1/10 [00:01<00:09,  1.00it/s]\n\
                \u{20}50%|#####     | 5/10 [00:03<00:03,  1.74it/s]\n\
                100%|##########| 10/10 [00:05<00:00,  1.80it/s]\n\
                \u{20} 0%|          | 0/5 [00:00<?, ?it/s]\n";
    let progress = progress(logs).unwrap();
    assert_eq!((progress.pass, progress.step, progress.steps), (2, 0, 5));
    let rate = progress.rate.unwrap();
    assert!((rate - 2.0).abs() < 0.01, "{rate} steps a second");
}

/// Pass, step and steps of the bar that moves.
fn counts(logs: &str) -> Option<(u32, u64, u64)> {
    progress(logs).map(|progress| (progress.pass, progress.step, progress.steps))
}

/// Steps per second, to two digits.
fn rate(logs: &str) -> Option<f64> {
    progress(logs)?.rate.map(|rate| (rate * 100.0).round() / 100.0)
}

#[test]
fn bars_of_every_form_are_read() {
    let table = [
        // https://github.com/Comfy-Org/ComfyUI/issues/8000: words follow on the line of the bar.
        (
            "\n100%|██████████| 4/4 [00:11<00:00,  2.76s/it]2025-05-08T15:38:48.529837 - \n",
            (1, 4, 4),
        ),
        // https://github.com/ComfyAssets/ComfyUI_PromptManager/issues/16
        (" 55%|█████▎    | 11/20 [00:08<00:07,  1.24it/s]got prompt\n", (1, 11, 20)),
        // https://github.com/ModelSurge/sd-webui-comfyui/issues/107: no bar is drawn.
        ("  5% 1/20 [00:03<01:04,  3.39s/it]\n", (1, 1, 20)),
        // Replicate's trainer of FLUX LoRAs: words after the rate.
        (
            "flux_train_replicate:  83%|████████▎ | 2482/3000 [43:27<09:04,  1.05s/it, lr: 4.0e-04 loss: 2.472e-01]",
            (1, 2482, 3000),
        ),
        // stable-diffusion.cpp
        ("\r  |==========>                              | 5/20 - 1.23s/it", (1, 5, 20)),
        ("\u{1b}[A 10%|#         | 2/20 [00:01<00:09,  2.00it/s]\u{1b}[A", (1, 2, 20)),
        (" 40%|####      | 20/50\r", (1, 20, 50)),
        ("Step 12/50\n", (1, 12, 50)),
        ("12/50 steps done\n", (1, 12, 50)),
        ("Sampling step 3 of 8\n", (1, 3, 8)),
        // https://github.com/DeadSix27/waifu2x-converter-cpp/issues/264
        ("Step 01/02: Denoising\n", (1, 1, 2)),
        ("[12/50] denoising\n", (1, 12, 50)),
        ("Rendering frame 3/24.\n", (1, 3, 24)),
        ("45%\n", (1, 45, 100)),
        ("Progress: 45.7% done\n", (1, 45, 100)),
        (
            "  Duration: 00:00:10.00, start: 0.0, bitrate: 1205 kb/s\nframe=  123 fps= 25 q=28.0 size=     512kB time=00:00:05.12 bitrate= 819.2kbits/s speed=1.05x\r",
            (1, 51, 100),
        ),
    ];
    for (logs, expected) in table {
        assert_eq!(counts(logs), Some(expected), "{logs:?}");
    }
}

#[test]
fn what_is_not_progress_is_not_taken_for_it() {
    let table = [
        "",
        "Using seed: 41298\nPrompt: a clock, step 3/10, 50%\n",
        // https://apifox.com/apidoc/docs-site/3868318/api-234151145, FLUX 1.1 Pro
        "Running prediction... \nUsing seed: 41298\nGenerating image...\nGenerated image in 3.1sec\n",
        // https://github.com/black-forest-labs/flux/issues/468
        "Loading checkpoint shards: 100%|██████████| 2/2 [00:00<00:00, 149.45it/s]\n",
        "Loading pipeline components...: 57%|███▍ | 4/7 [00:00<00:00, 36.35it/s]You set add_prefix_space\n",
        // https://github.com/nateraw/stable-diffusion-videos/pull/156
        "Fetching 12 files: 100%|██████████| 12/12 [00:00<00:00, 563.35it/s]\n",
        "model.safetensors: 35%|###5 | 1.20G/3.44G [00:10<00:20, 110MB/s]\n",
        "Downloading shards: 50%|##### | 1/2 [00:10<00:10, 10.00s/it]\n",
        "2026/11/27 generating to /tmp/1/2/image.png\n",
        "19it [00:01, 15.97it/s]\n",
        "frame=  123 fps= 25 q=28.0 size=     512kB time=00:00:05.12 bitrate= 819.2kbits/s speed=1.05x\r",
        "NSFW content: 50%\n",
        "101% done\n",
        "step 51/50\n",
    ];
    for logs in table {
        assert_eq!(progress(logs), None, "{logs:?}");
    }
}

#[test]
fn rates_of_every_unit_are_steps_per_second() {
    let units = [
        ("2.00it/s", 2.0),
        ("2.00s/it", 0.5),
        ("500ms/it", 2.0),
        ("2.00min/it", 0.01),
        ("2.00frame/s", 2.0),
        ("2.00 frames/s", 2.0),
        ("2.00s/img", 0.5),
        ("120.0steps/min", 2.0),
    ];
    for (unit, expected) in units {
        let logs = format!("  |=> | 1/20 - {unit}\n  |=> | 2/20 - {unit}\n");
        assert_eq!(rate(&logs), Some(expected), "{unit}");
    }
    let unknown = "  |=> | 1/20 - 3.0MB/s\n  |=> | 2/20 - 3.0MB/s\n";
    assert_eq!(rate(unknown), None);
}

/// A line of tqdm.
fn line(label: &str, step: u64, steps: u64) -> String {
    format!("{label}{:3}%|###  | {step}/{steps} [00:01<00:01, 10.00it/s]\n", step * 100 / steps)
}

#[test]
fn a_bar_around_others_counts_them() {
    let mut logs = line("Images: ", 0, 4) + &line("", 10, 20) + &line("", 20, 20);
    logs += &line("Images: ", 1, 4);
    logs += &line("", 5, 20);
    let Reading { progress, passes, .. } = read(&logs).unwrap();
    assert_eq!((progress.pass, progress.step, progress.steps, passes), (2, 5, 20, Some(4)));
    for image in 2..=4 {
        logs += &(line("", 20, 20) + &line("Images: ", image, 4));
        if image < 4 {
            logs += &line("", 5, 20);
        }
    }
    assert_eq!(counts(&logs), Some((4, 20, 20)), "also when it is the last that is drawn");
}

#[test]
fn a_total_of_all_bars_is_the_progress() {
    let logs = line("", 5, 20) + &line("Total progress: ", 5, 40) + &line("", 6, 20);
    assert_eq!(counts(&logs), Some((1, 5, 40)));
}

#[test]
fn a_bar_that_stops_short_is_followed_by_the_next_pass() {
    let logs = line("", 1, 50) + &line("", 48, 50) + &line("", 1, 50);
    assert_eq!(counts(&logs), Some((2, 1, 50)));
    let twice = line("", 50, 50) + &line("", 50, 50);
    assert_eq!(counts(&twice), Some((1, 50, 50)), "the last line comes twice at times");
}

#[test]
fn a_bar_that_slows_down_has_the_rate_of_its_last_lines() {
    // 10 steps a second, then 4.
    let (mut logs, mut average) = (String::new(), (0.0, 0.0));
    let mut elapsed: f64 = 0.0;
    for step in 1..=30_u32 {
        let passed = if step <= 15 { 0.1 } else { 0.25 };
        elapsed += passed;
        average = (0.3 + 0.7 * average.0, 0.3 * passed + 0.7 * average.1);
        let (seconds, rate) = (elapsed.floor(), average.0 / average.1);
        let _ = writeln!(logs, " 1%|#  | {step}/50 [00:{seconds:02}<00:01, {rate:5.2}it/s]");
    }
    let rate = rate(&logs).unwrap();
    assert!((rate - 4.0).abs() < 0.2, "{rate} steps a second");
}

#[test]
fn no_number_of_a_log_is_too_odd() {
    for lines in [
        [
            " 10%|# | 1/10 [1e308:00<00:01, 5.00it/s]\n",
            " 20%|# | 2/10 [1e308:01<00:01, 5.00it/s]\n",
        ],
        [" 10%|# | 1/10 [00:05<00:01, 5.00it/s]\n", " 20%|# | 2/10 [00:04<00:01, 1.00it/s]\n"],
        [" 10%|# | 1/10 [00:-5<00:01, 5.00it/s]\n", " 20%|# | 2/10 [-1:00<00:01, 1e-320it/s]\n"],
    ] {
        let log = lines.concat() + &lines[1].replace("2/10", "5/10");
        let progress = super::progress(&log);
        let rate = progress.and_then(|progress| progress.rate);
        assert!(rate.is_none_or(|rate| rate.is_finite() && rate > 0.0), "{log}: {rate:?}");
    }
}

/// Work that grows with the square of the lines would take minutes here.
#[test]
fn many_bars_are_read_in_one_pass() {
    use std::fmt::Write;

    let mut log = String::new();
    for step in (1..200_000).rev() {
        let _ = writeln!(log, "step {step}/200000");
    }
    assert_eq!(super::progress(&log).map(|progress| progress.step), Some(1));
}
