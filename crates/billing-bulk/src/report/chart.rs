//! Charts of the course of a run, as SVG that follows the colors of the page.

use std::io;
use std::time::Duration;

use plotters::chart::ChartBuilder;
use plotters::drawing::{DrawingAreaErrorKind, IntoDrawingArea as _};
use plotters::prelude::SVGBackend;
use plotters::series::{AreaSeries, LineSeries};
use plotters::style::{Color as _, IntoTextStyle as _, RGBColor, TRANSPARENT};

use crate::report::timeline::{Bucket, Timeline};
use crate::report::wording::number;

/// The size in units of the drawing. Its backend knows whole units only, so that they are smaller
/// than a pixel.
const SIZE: (u32, u32) = (400 * UNITS, 230 * UNITS);

/// The units of a pixel.
const UNITS: u32 = 4;

/// The colors of a drawing stand for properties of the page's style sheet, which has both palettes.
const INKS: [(RGBColor, &str); 5] = [
    (LABEL, "var(--quiet)"),
    (GRID, "var(--line)"),
    (FIRST, "var(--series-1)"),
    (SECOND, "var(--series-2)"),
    (THIRD, "var(--series-3)"),
];
const LABEL: RGBColor = RGBColor(1, 1, 1);
const GRID: RGBColor = RGBColor(2, 2, 2);
const FIRST: RGBColor = RGBColor(3, 3, 3);
const SECOND: RGBColor = RGBColor(4, 4, 4);
const THIRD: RGBColor = RGBColor(5, 5, 5);

/// A chart with its legend.
#[derive(Debug)]
pub(crate) struct Chart {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// The names of the lines, in the order of the colors.
    pub(crate) lines: &'static [&'static str],
    /// The SVG element.
    pub(crate) svg: String,
}

/// A line: time since the start in seconds, and values.
type Line = Vec<(f64, f64)>;

/// Returns the number of profiles that were finished, and that need attention, over time.
pub(crate) fn progress(timeline: &Timeline, total: u64) -> Chart {
    let value = |count: fn(&Bucket) -> u64| at_ends(timeline, |bucket| Some(float(count(bucket))));
    Chart {
        id: "progress",
        title: "Progress",
        lines: &["finished", "need attention"],
        svg: draw(&Drawing {
            id: "progress",
            timeline,
            lines: [value(|it| it.finished), value(|it| it.attention)].to_vec(),
            is_area: true,
            top: float(total),
            unit: "profiles",
            label: |value| match value.fract() {
                0.0 => whole(value),
                _ => String::new(),
            },
        }),
    }
}

/// Returns the percentiles of the latencies of writes over time.
pub(crate) fn latency(timeline: &Timeline) -> Chart {
    let percentile = |which: fn(&crate::report::timeline::Latency) -> Duration| {
        at_middles(timeline, |bucket| {
            bucket
                .latency
                .as_ref()
                .map(|it| which(it).as_secs_f64() * 1_000.0)
        })
    };
    let lines = [
        percentile(|it| it.p50),
        percentile(|it| it.p95),
        percentile(|it| it.p99),
    ];
    Chart {
        id: "latency",
        title: "Latency of writes",
        lines: &["p50", "p95", "p99"],
        svg: draw(&Drawing {
            id: "latency",
            timeline,
            top: highest(&lines),
            lines: lines.to_vec(),
            is_area: false,
            unit: "milliseconds",
            label: whole,
        }),
    }
}

/// Returns how many writes were sent and throttled per second.
pub(crate) fn rates(timeline: &Timeline) -> Chart {
    let seconds = timeline.step.as_secs_f64().max(f64::MIN_POSITIVE);
    let rate = |count: fn(&Bucket) -> u64| {
        at_middles(timeline, |bucket| Some(float(count(bucket)) / seconds))
    };
    let lines = [rate(|it| it.sent), rate(|it| it.throttled)];
    Chart {
        id: "rates",
        title: "Write rate and throttling",
        lines: &["writes sent", "throttled (429)"],
        svg: draw(&Drawing {
            id: "rates",
            timeline,
            top: highest(&lines),
            lines: lines.to_vec(),
            is_area: false,
            unit: "per second",
            label: |value| {
                let text = format!("{value:.2}");
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            },
        }),
    }
}

struct Drawing<'a> {
    id: &'static str,
    timeline: &'a Timeline,
    lines: Vec<Line>,
    /// Whether the area below the first line is tinted.
    is_area: bool,
    /// The highest value.
    top: f64,
    /// What the vertical axis counts.
    unit: &'static str,
    label: fn(f64) -> String,
}

fn draw(drawing: &Drawing<'_>) -> String {
    let mut svg = String::new();
    // A drawing in memory cannot fail.
    if try_draw(drawing, &mut svg).is_err() {
        return String::new();
    }
    for (ink, property) in INKS {
        let RGBColor(red, green, blue) = ink;
        svg = svg.replace(
            &format!("\"#{red:02X}{green:02X}{blue:02X}\""),
            &format!("\"{property}\""),
        );
    }
    let id = drawing.id;
    let size = format!("width=\"{}\" height=\"{}\" ", SIZE.0, SIZE.1);
    let role = format!("class=\"chart\" role=\"img\" aria-labelledby=\"{id}-title {id}-summary\" ");
    svg.replacen(&size, &role, 1)
}

fn try_draw(
    drawing: &Drawing<'_>,
    svg: &mut String,
) -> Result<(), DrawingAreaErrorKind<io::Error>> {
    let span = span(drawing.timeline).max(0.001);
    let (unit, in_unit) = time_unit(span);
    let top = if drawing.top > 0.0 {
        drawing.top * 1.05
    } else {
        1.0
    };
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let mut chart = ChartBuilder::on(&root)
        .margin_top(10 * UNITS)
        .margin_right(14 * UNITS)
        .x_label_area_size(40 * UNITS)
        .y_label_area_size(64 * UNITS)
        .build_cartesian_2d(0.0..span / in_unit, 0.0..top)?;
    let label = ("sans-serif", 16 * UNITS)
        .with_color(LABEL)
        .into_text_style(&root);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID.stroke_width(UNITS))
        .axis_style(GRID.stroke_width(UNITS))
        .set_all_tick_mark_size(0)
        .x_labels(6)
        .y_labels(5)
        .label_style(label)
        .x_label_formatter(&|value| label_of_time(*value))
        .y_label_formatter(&|value| (drawing.label)(*value))
        .x_desc(unit)
        .y_desc(drawing.unit)
        .draw()?;
    let scaled = |line: &Line| -> Line {
        let points = line.iter();
        points
            .map(|(time, value)| (time / in_unit, *value))
            .collect()
    };
    if let Some(line) = drawing.lines.first().filter(|_| drawing.is_area) {
        chart.draw_series(AreaSeries::new(scaled(line), 0.0, FIRST.mix(0.16)))?;
    }
    // The first line is the most important one, and drawn last.
    for (line, color) in drawing.lines.iter().zip([FIRST, SECOND, THIRD]).rev() {
        let width = if color == FIRST { 8 } else { 6 };
        let style = color.stroke_width(width);
        // A single point is no line.
        let radius = if line.len() <= 2 { 10 } else { 0 };
        chart.draw_series(LineSeries::new(scaled(line), style.filled()).point_size(radius))?;
    }
    root.present()
}

fn label_of_time(value: f64) -> String {
    let text = format!("{value:.1}");
    text.trim_end_matches(".0").to_owned()
}

/// Returns the unit of the time axis, and its length in seconds.
fn time_unit(span: f64) -> (&'static str, f64) {
    match span {
        ..2.0 => ("milliseconds since the start", 0.001),
        2.0..180.0 => ("seconds since the start", 1.0),
        180.0..10_800.0 => ("minutes since the start", 60.0),
        10_800.0..345_600.0 => ("hours since the start", 3_600.0),
        _ => ("days since the start", 86_400.0),
    }
}

/// Returns the length of a timeline in seconds.
fn span(timeline: &Timeline) -> f64 {
    let steps = u32::try_from(timeline.buckets.len()).unwrap_or(u32::MAX);
    timeline.step.as_secs_f64() * f64::from(steps)
}

/// Returns a line from zero through the values at the ends of steps.
fn at_ends(timeline: &Timeline, value: impl Fn(&Bucket) -> Option<f64>) -> Line {
    let mut line = vec![(0.0, 0.0)];
    line.extend(points(timeline, 1.0, value));
    line
}

/// Returns a line through values in the middle of steps.
fn at_middles(timeline: &Timeline, value: impl Fn(&Bucket) -> Option<f64>) -> Line {
    points(timeline, 0.5, value).collect()
}

fn points(
    timeline: &Timeline,
    offset: f64,
    value: impl Fn(&Bucket) -> Option<f64>,
) -> impl Iterator<Item = (f64, f64)> {
    let step = timeline.step.as_secs_f64();
    let buckets = (0_u32..).zip(&timeline.buckets);
    buckets.filter_map(move |(index, bucket)| {
        let time = (f64::from(index) + offset) * step;
        value(bucket).map(|value| (time, value))
    })
}

fn highest(lines: &[Line]) -> f64 {
    let values = lines.iter().flatten().map(|(_, value)| *value);
    values.fold(0.0, f64::max)
}

/// Returns a value as in `1,234`.
fn whole(value: f64) -> String {
    number(format!("{value:.0}").parse().unwrap_or_default())
}

/// Returns a count as a coordinate. What it loses is far less than a pixel.
#[expect(clippy::cast_precision_loss, reason = "less than a pixel")]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{latency, progress, rates};
    use crate::report::timeline::{Bucket, Latency, Timeline};

    fn timeline(buckets: usize) -> Timeline {
        let bucket = |index: usize| Bucket {
            finished: index as u64 * 100,
            attention: index as u64,
            sent: 50,
            throttled: 5,
            latency: (index % 3 != 1).then_some(Latency {
                p50: Duration::from_millis(120),
                p95: Duration::from_millis(340),
                p99: Duration::from_millis(900),
            }),
        };
        Timeline {
            start: Some(SystemTime::UNIX_EPOCH),
            step: Duration::from_secs(10),
            buckets: (1..=buckets).map(bucket).collect(),
            latency: None,
        }
    }

    #[test]
    fn charts_have_no_color_of_their_own() {
        for buckets in [0, 1, 2, 60] {
            let timeline = timeline(buckets);
            for chart in [
                progress(&timeline, 6_000),
                latency(&timeline),
                rates(&timeline),
            ] {
                let svg = &chart.svg;
                assert!(
                    svg.starts_with("<svg class=\"chart\" role=\"img\""),
                    "{svg}"
                );
                assert!(svg.trim_end().ends_with("</svg>"), "{svg}");
                assert!(!svg.contains('#') && !svg.contains("style="), "{svg}");
                assert!(svg.contains("since the start"), "{svg}");
            }
        }
    }

    #[test]
    fn lines_are_drawn_in_their_own_ink() {
        let timeline = timeline(60);
        let chart = latency(&timeline);
        let lines = chart
            .svg
            .lines()
            .filter(|line| line.contains("var(--series-"));
        assert_eq!(lines.count(), 3);
        assert!(chart.svg.contains(">\n1,000\n</text>") || chart.svg.contains(">\n800\n</text>"));
        let chart = rates(&timeline);
        assert!(chart.svg.contains(">\n4\n</text>"), "{}", chart.svg);
    }
}
