//! The pipe's geometry: numbers into paths.

/// A coordinate with at most one decimal.
pub(super) fn at(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

/// A count as a number to draw with.
pub(super) fn drawn(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A hanging drop of the radius, from its tip; it is 2.75 radii high.
pub(super) fn droplet(x: f64, tip: f64, radius: f64) -> String {
    let r = |share: f64| at(radius * share);
    format!(
        "M{} {}c{} {} {} {} {} {}a{} {} 0 0 1 -{} 0c0 -{} {} -{} {} -{}z",
        at(x),
        at(tip),
        r(0.52),
        r(0.718),
        r(1.0),
        r(1.15),
        r(1.0),
        r(1.747),
        r(1.0),
        r(1.0),
        r(2.0),
        r(0.6),
        r(0.48),
        r(1.03),
        r(1.0),
        r(1.747),
    )
}

/// The radius of a drop for each count: its area is the count; the largest one is `most` at `height`, few are not blown up.
pub(super) fn radius(count: u64, most: u64, height: f64, single: f64) -> f64 {
    let scale = single.min(height / drawn(most.max(1)).sqrt());
    (scale * drawn(count).sqrt()).max(3.0)
}

/// A run of equal stretches, along which the water sinks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Channel {
    /// Where it begins, along the flow.
    pub(super) begin: f64,
    /// How long a stretch is.
    pub(super) step: f64,
    /// The bottom, across the flow, and how high the water can stand.
    pub(super) bottom: f64,
    pub(super) height: f64,
    /// How far before and behind a joint the surface falls.
    pub(super) fall: f64,
}

impl Channel {
    /// The heights of the water for the counts; what exists is never flat.
    fn levels(self, counts: &[u64], most: u64) -> Vec<f64> {
        let level = |count: &u64| match count {
            0 => 0.0,
            count => (self.height * drawn(*count) / drawn(most.max(1))).max(1.5),
        };
        counts.iter().map(level).collect()
    }

    /// The surface of water that flows to the right.
    pub(super) fn surface(self, counts: &[u64], most: u64) -> String {
        let mut path = String::new();
        let end = self.begin + self.step * drawn(counts.len() as u64);
        for (place, level) in self.levels(counts, most).into_iter().enumerate() {
            let (joint, top) = (self.begin + self.step * drawn(place as u64), at(self.bottom - level));
            if place == 0 {
                path += &format!("M{} {top}", at(self.begin));
            } else {
                let (x, after) = (at(joint), at(joint + self.fall));
                path += &format!(" {x} {top} {after} {top}");
            }
            if place + 1 < counts.len() {
                let next = joint + self.step;
                path += &format!("H{}C{} {top}", at(next - self.fall), at(next));
            }
        }
        format!("{path}H{}", at(end))
    }

    /// The same water, filled down to the bottom.
    pub(super) fn water(self, counts: &[u64], most: u64) -> String {
        let surface = self.surface(counts, most);
        format!("{surface}V{}H{}Z", at(self.bottom), at(self.begin))
    }

    /// Water that falls down a standing pipe, whose left wall is the bottom.
    pub(super) fn upright(self, counts: &[u64], most: u64) -> String {
        let end = self.begin + self.step * drawn(counts.len() as u64);
        let mut path = format!("M{} {}", at(self.bottom), at(self.begin));
        for (place, level) in self.levels(counts, most).into_iter().enumerate() {
            let (joint, edge) = (self.begin + self.step * drawn(place as u64), at(self.bottom + level));
            if place == 0 {
                path += &format!("H{edge}");
            } else {
                path += &format!(" {edge} {} {edge} {}", at(joint), at(joint + self.fall));
            }
            if place + 1 < counts.len() {
                let next = joint + self.step;
                path += &format!("V{}C{edge} {}", at(next - self.fall), at(next));
            }
        }
        format!("{path}V{}H{}Z", at(end), at(self.bottom))
    }
}

/// The wheel's spokes and paddles around the origin.
pub(super) fn spokes(radius: f64) -> Vec<String> {
    (0..8)
        .map(|n| {
            let angle = (f64::from(n) * 45.0 + 11.3).to_radians();
            let (sin, cos) = angle.sin_cos();
            let inner = radius * 0.18;
            let outer = radius * 1.16;
            let across = radius * 0.16;
            format!(
                "M{} {}L{} {}M{} {}L{} {}",
                at(inner * cos),
                at(inner * sin),
                at(outer * cos),
                at(outer * sin),
                at(outer * cos - across * sin),
                at(outer * sin + across * cos),
                at(outer * cos + across * sin),
                at(outer * sin - across * cos),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_drop_and_the_first_stretch_are_those_of_the_mock() {
        let radius = radius(31, 31, 27.3, 4.903);
        assert_eq!(at(radius), "27.3");
        assert_eq!(
            droplet(243.4, 470.0, radius),
            "M243.4 470c14.2 19.6 27.3 31.4 27.3 47.7a27.3 27.3 0 0 1 -54.6 0c0 -16.4 13.1 -28.1 27.3 -47.7z"
        );
        let channel = Channel { begin: 196.0, step: 158.0, bottom: 447.0, height: 96.0, fall: 26.0 };
        let water = channel.water(&[214, 146, 98], 214);
        assert_eq!(
            water,
            "M196 351H328C354 351 354 381.5 380 381.5H486C512 381.5 512 403 538 403H670V447H196Z"
        );
    }

    #[test]
    fn nothing_is_flat_and_few_are_small() {
        let channel = Channel { begin: 0.0, step: 10.0, bottom: 20.0, height: 20.0, fall: 2.0 };
        assert_eq!(channel.water(&[0], 0), "M0 20H10V20H0Z");
        assert_eq!(channel.upright(&[4, 1], 4), "M20 0H40V8C40 10 25 10 25 12V20H20Z");
        assert!((radius(1, 1, 27.3, 4.903) - 4.903).abs() < 0.001);
    }
}
