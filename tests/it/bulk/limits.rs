//! `billing bulk apply` with a canary, waves and a tolerance for failures.

use billing_emulator::{Fault, FaultPlan};

use crate::bulk::setup::{Site, events, many};
use crate::support::Transcript;

/// Returns how many profiles were written.
fn written(site: &Site) -> usize {
    site.effective_writes()
        .iter()
        .filter(|count| **count > 0)
        .count()
}

/// Returns the hint's command that continues.
fn next_command(transcript: &Transcript) -> Vec<String> {
    let mut lines = transcript.stderr.lines().map(str::trim);
    let line = lines.rfind(|line| line.starts_with("billing bulk apply"));
    let (line, _) = line.unwrap().split_once(" --partner-endpoint").unwrap();
    line.split(' ').skip(2).map(str::to_owned).collect()
}

#[tokio::test]
async fn canary_prints_the_command_for_the_others() {
    let site = Site::start(many(4, 4)).await;
    site.plan(&site.input()).await;
    let canary = site.apply(["--first=3", "--concurrency=4"]).run().await;
    insta::assert_snapshot!(site.shown(&canary));
    assert_eq!(written(&site), 3);
    // The same command writes nothing more.
    let again = site.apply(["--first=3"]).run().await;
    assert_eq!((again.code, written(&site)), (Some(3), 3));
    let words = next_command(&canary);
    let args: Vec<_> = words.iter().map(String::as_str).collect();
    let others = site.bulk(args).run().await;
    assert_eq!(others.code, Some(0), "{}", others.stderr);
    site.assert_each_written_once();
}

#[tokio::test]
async fn each_wave_needs_the_command_again() {
    let site = Site::start(many(10, 10)).await;
    site.plan(&site.input()).await;
    let waves = ["--waves=1,25%,100%", "--output=json"];
    for (code, count) in [(3, 1), (3, 5), (0, 20)] {
        let wave = site.apply(waves).run().await;
        assert_eq!(
            (wave.code, written(&site)),
            (Some(code), count),
            "{}",
            wave.stderr
        );
        let events = events(&wave);
        let paused = events.iter().find(|event| event["event"] == "paused");
        assert_eq!(
            paused.map(|event| &event["reason"] == "wave"),
            (code == 3).then_some(true)
        );
    }
    site.assert_each_written_once();
}

#[tokio::test]
async fn wave_without_a_terminal_stops_and_says_how_to_continue() {
    let site = Site::start(many(3, 3)).await;
    site.plan(&site.input()).await;
    let wave = site.apply(["--waves=2,100%"]).run().await;
    insta::assert_snapshot!(site.shown(&wave));
    let approved = site.apply(["--waves=3,4,5", "--approve"]).run().await;
    assert_eq!(approved.code, Some(0), "{}", approved.stderr);
    site.assert_each_written_once();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn question_on_a_terminal_decides_about_the_next_wave() {
    use crate::support::terminal::Terminal;
    let site = Site::start(many(3, 3)).await;
    site.plan(&site.input()).await;
    let mut terminal = Terminal::run(site.apply(["--waves=1,3,100%"]));
    terminal.until("ends with 3\r\n\r\nContinue? [y/N]").await;
    assert_eq!(written(&site), 1);
    terminal.press("y\n");
    terminal.until("ends with 6\r\n\r\nContinue? [y/N]").await;
    terminal.press("n\n");
    let (code, shown) = terminal.end().await;
    assert_eq!((code, written(&site)), (Some(3), 3), "{shown}");
}

fn refuse_all() -> FaultPlan {
    let refuse = |method: &str| Fault::new().method(method).status(400);
    FaultPlan::new().fault(refuse("PUT")).fault(refuse("PATCH"))
}

#[tokio::test]
async fn too_many_failures_stop_the_run_after_one_more() {
    let site = Site::start(many(20, 20)).await;
    site.plan(&site.input()).await;
    site.emulator.set_faults(refuse_all()).unwrap();
    let limits = [
        "--max-failures=10%",
        "--max-repeated-failures=off",
        "--concurrency=32",
    ];
    let failed = site.apply(limits).run().await;
    let shown = site.shown(&failed);
    assert_eq!(failed.code, Some(3), "{shown}");
    assert!(
        shown.contains("5 profiles failed or unknown, more than the 4 allowed"),
        "{shown}"
    );
    assert_eq!(site.writes().len(), 5);
    // Failures of earlier starts count.
    site.emulator.set_faults(FaultPlan::new()).unwrap();
    assert_eq!(site.apply(limits).run().await.code, Some(3));
    assert_eq!(site.writes().len(), 5);
    assert_eq!(site.apply(["--max-failures=5"]).run().await.code, Some(1));
    assert_eq!(written(&site), 35);
}

#[tokio::test]
async fn three_failures_with_one_cause_stop_the_run() {
    let site = Site::start(many(8, 0)).await;
    site.plan(&site.input()).await;
    site.emulator.set_faults(refuse_all()).unwrap();
    let failed = site.apply(["--concurrency=1"]).run().await;
    insta::assert_snapshot!(site.shown(&failed));
    assert_eq!(site.writes().len(), 3);
}

#[tokio::test]
async fn sizes_that_make_no_sense_are_refused() {
    let site = Site::start(many(2, 0)).await;
    site.plan(&site.input()).await;
    for (option, problem) in [
        ("--first=0", "invalid value '0'"),
        ("--waves=50%,10%", "10% comes after 50%, and is smaller"),
        ("--waves=20,5,100%", "5 comes after 20, and is smaller"),
    ] {
        let refused = site.apply([option]).run().await;
        assert_eq!(refused.code, Some(2), "{option}");
        assert!(refused.stderr.contains(problem), "{}", refused.stderr);
    }
    assert!(site.writes().is_empty());
}
