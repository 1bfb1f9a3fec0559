//! In: released visits by day. Out: the chart's geometry: a line, its 95 % band, gaps where no day was
//! released. Only numbers: the template draws.

use std::fmt::Write as _;

use crate::policy::Day;
use crate::usage::Estimate;

use super::period::Period;

/// The plane the lines are drawn in; the page stretches it to the width there is.
pub(super) const WIDTH: f64 = 1000.0;
pub(super) const HEIGHT: f64 = 200.0;

/// What the template draws.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Chart {
    /// Polygons of the band, one for each run of days without a gap.
    pub bands: Vec<String>,
    /// Polylines of the released values.
    pub lines: Vec<String>,
    /// Days that stand alone between gaps: x and y.
    pub dots: Vec<(f64, f64)>,
    /// Gaps: x and width, in per cent of the width.
    pub gaps: Vec<(f64, f64)>,
    /// Every released day: its strip's x in per cent, for a pointer to rest on.
    pub strips: Vec<(f64, Day, Estimate)>,
    /// A strip's width in per cent.
    pub strip: f64,
    /// Grid lines: value, and y in per cent from the top.
    pub grid: Vec<(i64, f64)>,
    /// Days written below: x in per cent.
    pub ticks: Vec<(f64, Day)>,
}

/// Day labels that a phone has room for.
const TICKS: u32 = 4;
const GRID: i64 = 4;

impl Chart {
    /// `days` are earliest first; several releases of a day would be drawn one after the other.
    pub(super) fn of(period: Period, days: &[((Day, Day), Estimate)]) -> Chart {
        let count = f64::from(period.days());
        let most = days.iter().map(|(_, estimate)| estimate.range().1).max().unwrap_or(0);
        let step = grid_step(most);
        let top = (most.div_euclid(step) + 1) * step;
        let scale = Scale { from: period.from, slot: WIDTH / count, top: top as f64 };
        let mut chart = Chart { strip: 100.0 / count, ..Chart::default() };
        for run in runs(days) {
            chart.draw_run(&scale, run);
        }
        chart.strips =
            days.iter().map(|((day, _), of)| (scale.left(*day) / WIDTH * 100.0, *day, *of)).collect();
        chart.gaps = gaps(period, days)
            .into_iter()
            .map(|(day, length)| (scale.left(day) / WIDTH * 100.0, f64::from(length) * chart.strip))
            .collect();
        chart.grid = (0..=top / step).map(|n| (n * step, scale.y(n * step) / HEIGHT * 100.0)).collect();
        chart.ticks = ticks(period).map(|day| (scale.left(day) / WIDTH * 100.0, day)).collect();
        chart
    }

    fn draw_run(&mut self, scale: &Scale, run: &[((Day, Day), Estimate)]) {
        let (mut line, mut upper, mut lower) = (String::new(), String::new(), String::new());
        for ((day, _), estimate) in run {
            let (x, (low, high)) = (scale.x(*day), estimate.range());
            let _ = write!(line, "{x:.1},{:.1} ", scale.y(estimate.sum.max(0)));
            let _ = write!(upper, "{x:.1},{:.1} ", scale.y(high));
            lower.insert_str(0, &format!("{x:.1},{:.1} ", scale.y(low)));
        }
        if let [((day, _), estimate)] = run {
            // A polygon of one day has no width: give the band the middle of its strip.
            let (x, half, (low, high)) = (scale.x(*day), scale.slot / 4.0, estimate.range());
            let (left, right, high, low) = (x - half, x + half, scale.y(high), scale.y(low));
            upper = format!("{left:.1},{high:.1} {right:.1},{high:.1} ");
            lower = format!("{right:.1},{low:.1} {left:.1},{low:.1}");
            self.dots.push((x / WIDTH * 100.0, scale.y(estimate.sum.max(0)) / HEIGHT * 100.0));
        } else {
            self.lines.push(line.trim_end().to_owned());
        }
        self.bands.push((upper + &lower).trim_end().to_owned());
    }
}

struct Scale {
    from: Day,
    /// Width of a day.
    slot: f64,
    top: f64,
}

impl Scale {
    fn left(&self, day: Day) -> f64 {
        f64::from(day.0.saturating_sub(self.from.0)) * self.slot
    }

    fn x(&self, day: Day) -> f64 {
        self.left(day) + self.slot / 2.0
    }

    fn y(&self, value: i64) -> f64 {
        HEIGHT - value as f64 / self.top * HEIGHT
    }
}

/// Stretches of days that follow one another.
fn runs(days: &[((Day, Day), Estimate)]) -> impl Iterator<Item = &[((Day, Day), Estimate)]> {
    days.chunk_by(|((before, _), _), ((after, _), _)| after.0 == before.0 + 1)
}

/// First day and length of each stretch without a release.
fn gaps(period: Period, days: &[((Day, Day), Estimate)]) -> Vec<(Day, u32)> {
    let mut gaps = Vec::new();
    let mut next = period.from.0;
    for ((day, _), _) in days {
        if day.0 > next {
            gaps.push((Day(next), day.0 - next));
        }
        next = day.0 + 1;
    }
    if next <= period.to.0 {
        gaps.push((Day(next), period.to.0 - next + 1));
    }
    gaps
}

/// 1, 2 or 5 times a power of ten, so that about four lines reach `most`.
fn grid_step(most: i64) -> i64 {
    let mut power = 1;
    loop {
        for digit in [1, 2, 5] {
            if digit * power * GRID >= most {
                return digit * power;
            }
        }
        power *= 10;
    }
}

fn ticks(period: Period) -> impl Iterator<Item = Day> {
    let days = period.days();
    let every = if days <= 7 { 2 } else { days.div_ceil(TICKS).next_multiple_of(7) };
    (period.from.0..=period.to.0).step_by(every as usize).map(Day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::fixture::sum;
    use crate::dashboard::period::Span;

    fn day(at: u32, value: i64) -> ((Day, Day), Estimate) {
        ((Day(at), Day(at)), sum(value, 5_000))
    }

    fn period(from: u32, to: u32) -> Period {
        Period { from: Day(from), to: Day(to), span: Span::Chosen }
    }

    #[test]
    fn points_by_hand() {
        let chart = Chart::of(period(0, 3), &[day(0, 100), day(1, 150)]);
        // A range is the value ± 10; 200 is the top; a day is 250 wide.
        assert_eq!(chart.lines, ["125.0,100.0 375.0,50.0"]);
        assert_eq!(chart.bands, ["125.0,90.0 375.0,40.0 375.0,60.0 125.0,110.0"]);
        assert_eq!(chart.gaps, [(50.0, 50.0)]);
        assert_eq!(chart.grid, [(0, 100.0), (50, 75.0), (100, 50.0), (150, 25.0), (200, 0.0)]);
    }

    #[test]
    fn gaps_are_drawn_as_gaps() {
        let chart = Chart::of(period(10, 19), &[day(11, 50), day(12, 50), day(15, 50), day(19, 50)]);
        assert_eq!((chart.lines.len(), chart.bands.len(), chart.dots.len()), (1, 3, 2));
        assert_eq!(chart.gaps, [(0.0, 10.0), (30.0, 20.0), (60.0, 30.0)]);
        assert_eq!(chart.strips.len(), 4);
    }

    #[test]
    fn nothing_goes_below_the_ground_or_over_the_top() {
        let chart = Chart::of(period(0, 1), &[day(0, -30), day(1, 3)]);
        for point in chart.lines.iter().chain(&chart.bands).flat_map(|line| line.split(' ')) {
            let y: f64 = point.split(',').nth(1).unwrap().parse().unwrap();
            assert!((0.0..=HEIGHT).contains(&y), "{point}");
        }
        let empty = Chart::of(period(0, 1), &[]);
        assert_eq!((empty.lines.len(), empty.gaps.as_slice()), (0, [(0.0, 100.0)].as_slice()));
    }

    #[test]
    fn labels_fit_a_phone() {
        for days in [1, 7, 28, 90, 365, 799] {
            assert!((1..=5).contains(&ticks(period(0, days - 1)).count()), "{days}");
        }
    }
}
