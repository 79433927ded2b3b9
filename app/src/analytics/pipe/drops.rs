//! What drips out of the whole pipe.

use leptos::prelude::*;

use super::scene::{Drip, Scene, Stretch};
use super::shape::{at, drawn, droplet, radius};
use super::wide::{Plan, hit};
use super::words::{class, short};

/// Leaks that are drawn at a stretch.
const DROPS: usize = 2;

/// A drop below the whole pipe.
struct Falling<'a> {
    leak: &'a Drip,
    x: f64,
    tip: f64,
    size: f64,
    /// Where its words stand.
    words: f64,
}

impl Falling<'_> {
    /// The middle of its round part.
    fn middle(&self) -> f64 {
        self.tip + self.size * 1.747
    }
}

fn falling<'a>(scene: &'a Scene, plan: Plan, place: usize, stretch: &'a Stretch) -> Vec<Falling<'a>> {
    let most = scene.stretches.iter().flat_map(|stretch| &stretch.drops).map(|drop| drop.deals).max();
    let mut chosen: Vec<&Drip> = stretch.drops.iter().take(DROPS).collect();
    chosen.sort_by_key(|drop| drop.kind);
    let places: &[f64] = if chosen.len() == 1 { &[0.5] } else { &[0.3, 0.735] };
    let height = 27.3_f64.min(plan.step / 5.8);
    let mut fallen: Vec<Falling<'a>> = Vec::new();
    for (n, (leak, share)) in chosen.into_iter().zip(places).enumerate() {
        let tip = plan.top + 126.0 + 20.0 * drawn(n as u64);
        let size = radius(leak.deals, most.unwrap_or(0), height, 4.903);
        let below = tip + size * 2.747 + 17.0;
        // Words beside each other would run into one another.
        let words = match fallen.last() {
            Some(before) if (before.words - below).abs() < 13.0 => before.words + 13.0,
            _ => below,
        };
        fallen.push(Falling { leak, x: plan.joint(place) + plan.step * share, tip, size, words });
    }
    fallen
}

pub(super) fn leaks(scene: &Scene, plan: Plan) -> AnyView {
    let lang = scene.lang;
    let y = plan.top;
    let stretches = scene.stretches.iter().enumerate().map(|(place, stretch)| {
        let drops = falling(scene, plan, place, stretch).into_iter().map(|fall| {
            let (mark, x) = (class(fall.leak.kind), at(fall.x));
            let inside = fall.size >= 14.0;
            let (number, number_x, anchor) = if inside {
                (format!("drop-n {mark}"), x.clone(), Some("middle"))
            } else {
                ("drop-n out".to_owned(), at(fall.x + fall.size + 5.0), None)
            };
            let drip = format!("M{x} {}V{}", at(y + 111.0), at(fall.tip + 4.0));
            view! {
                <path class="drip" d=drip></path>
                <path class=format!("drop {mark}") d=droplet(fall.x, fall.tip, fall.size)></path>
                <text class=number x=number_x y=at(fall.middle() + 5.0) text-anchor=anchor>{fall.leak.deals}</text>
                <text class="drop-l" x=x y=at(fall.words) text-anchor="middle">{short(lang, fall.leak.kind)}</text>
            }
        });
        let drops: Vec<_> = drops.collect();
        let rest: u64 = stretch.drops.iter().skip(DROPS).map(|drop| drop.deals).sum();
        let rest = (rest > 0).then(|| {
            let text = tr!(lang, pipe.and_more, n = rest);
            view! { <text class="drop-l" x=at(plan.middle(place)) y=at(y + 244.0) text-anchor="middle">{text}</text> }
        });
        view! { <g>{drops}{rest}</g> }
    });
    view! {
        <g>
            <text class="leakhead" x="0" y=at(y + 152.0)>{tr!(lang, pipe.leaks)}</text>
            <text class="sub" x="0" y=at(y + 170.0)>{tr!(lang, pipe.leaks_all, n = scene.drops)}</text>
            <text class="sub" x="0" y=at(y + 186.0)>{tr!(lang, pipe.leaks_area)}</text>
            <text class="sub" x="0" y=at(y + 202.0)>{tr!(lang, pipe.leaks_count)}</text>
            {stretches.collect_view()}
        </g>
    }
    .into_any()
}

/// The links over the drops of the whole pipe.
pub(super) fn drop_hits(scene: &Scene, plan: Plan) -> Vec<AnyView> {
    let stretches = scene.stretches.iter().enumerate();
    let falling = stretches.flat_map(|(place, stretch)| falling(scene, plan, place, stretch));
    let hits = falling.map(|fall| {
        let half = fall.size.max(14.0);
        hit(fall.leak, fall.x - half, fall.tip, 2.0 * half, (fall.size * 2.747).max(28.0))
    });
    hits.collect()
}
