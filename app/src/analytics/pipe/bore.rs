//! The whole pipe: what flows in, the stretches, and the wheel at the end.

use leptos::prelude::*;

use super::scene::Scene;
use super::shape::{Channel, at, drawn, spokes};
use super::wide::{LEFT, Plan};
use super::words::{cut, percent};

/// Where the work comes from, as broad as its share.
pub(super) fn inlets(scene: &Scene, plan: Plan) -> AnyView {
    const LEAST: f64 = 6.0;
    const GAP: f64 = 6.4;
    let count = drawn(scene.inlets.len() as u64);
    let whole = drawn(scene.inlets.iter().map(|(_, count)| count).sum::<u64>().max(1));
    let room = 101.7 - GAP * (count - 1.0) - LEAST * count;
    let mut from = plan.top + 8.0;
    let inlets = scene.inlets.iter().map(|(name, count)| {
        let broad = LEAST + room * drawn(*count) / whole;
        let middle = from + broad / 2.0;
        from += broad + GAP;
        let d = format!("M118 {y}H{LEFT}", y = at(middle));
        view! {
            <path class="inlet" stroke-width=at(broad) d=d></path>
            <text class="channel-name" x="0" y=at(middle + 4.0)>{cut(name, 12)}</text>
            <text class="channel-n" x="104" y=at(middle + 4.0) text-anchor="end">{*count}</text>
        }
    });
    let inlets: Vec<_> = inlets.collect();
    view! { <g>{inlets}</g> }.into_any()
}

/// The whole pipe: water, walls, joints with what passes them, and how many came to each stretch.
pub(super) fn whole(scene: &Scene, plan: Plan) -> AnyView {
    let lang = scene.lang;
    let (top, end) = (plan.top, plan.end);
    let channel = Channel {
        begin: LEFT,
        step: plan.step,
        bottom: top + 103.0,
        height: 96.0,
        fall: 26.0_f64.min(plan.step / 4.0),
    };
    let (came, most) = (scene.came(), scene.most());
    let (before, behind) = (at(LEFT - 8.0), at(end + 14.0));
    let walls = format!("M{before} {}H{behind}M{before} {}H{behind}", at(top), at(top + 108.0));
    let flanges = (0..=scene.stretches.len()).map(|place| {
        let x = at(plan.joint(place) - 4.0);
        view! {
            <rect class="flange" x=x.clone() y=at(top - 9.0) width="8" height="18" rx="2"></rect>
            <rect class="flange" x=x y=at(top + 99.0) width="8" height="18" rx="2"></rect>
        }
    });
    let passed = scene.stretches.iter().enumerate().filter_map(|(place, stretch)| {
        let share = stretch.conversion?;
        let x = plan.joint(place + 1);
        Some(view! {
            <g class="conv">
                <rect x=at(x - 22.0) y=at(top + 14.0) width="44" height="20" rx="10"></rect>
                <text x=at(x) y=at(top + 28.0) text-anchor="middle">{percent(lang, Some(share))}</text>
            </g>
        })
    });
    let counts = scene.stretches.iter().enumerate().map(|(place, stretch)| {
        let x = at(plan.middle(place));
        let level = 96.0 * drawn(stretch.came) / drawn(most.max(1));
        // The number stands in the water where that is deep enough, else above it.
        let (class, y) =
            if level > 27.0 { ("count", top + 92.0) } else { ("count above", top + 94.0 - level) };
        view! { <text class=class x=x y=at(y) text-anchor="middle">{stretch.came}</text> }
    });
    view! {
        <g>
            <rect class="bore" x=LEFT y=at(top) width=at(end - LEFT) height="108"></rect>
            <path class="water" d=channel.water(&came, most)></path>
            <path class="surface" d=channel.surface(&came, most)></path>
            <path class="mainwall" d=walls></path>
            {flanges.collect_view()}
            {passed.collect_view()}
            {counts.collect_view()}
        </g>
    }
    .into_any()
}

/// What comes out, and the wheel that it turns.
pub(super) fn outlet(scene: &Scene, plan: Plan) -> AnyView {
    let lang = scene.lang;
    let (x, y) = (plan.end, plan.top);
    let point = |dx: f64, dy: f64| format!("{} {}", at(x + dx), at(y + dy));
    let pour = [
        format!("M{}", point(14.0, 89.7)),
        format!("C{} {} {}", point(46.0, 89.7), point(70.0, 93.7), point(80.0, 104.0)),
        format!("L{}", point(56.0, 113.0)),
        format!("C{} {} {}Z", point(50.0, 99.0), point(42.0, 103.0), point(14.0, 103.0)),
    ];
    let spokes = spokes(44.0).into_iter().map(|d| view! { <path d=d></path> });
    let share = scene.out_share().map(|n| {
        let text = tr!(lang, pipe.out_share, n = n);
        view! { <text class="sub" x=at(plan.width) y=at(y + 55.0) text-anchor="end">{text}</text> }
    });
    view! {
        <g>
            {(scene.won > 0).then(|| view! { <path class="pour" d=pour.concat()></path> })}
            <g transform=format!("translate({} {})", at(x + 88.0), at(y + 153.0))>
                <g class="wheel">
                    <circle r="44"></circle>
                    <circle r="36.1"></circle>
                    <circle class="hub" r="7.9"></circle>
                    {spokes.collect_view()}
                </g>
            </g>
            <path class="ripple" d=format!("M{}q13 -8 26 0t26 0t26 0t26 0t26 0", point(23.0, 209.0))></path>
            <path class="ripple faint" d=format!("M{}q9.5 -6 19 0t19 0t19 0t19 0t19 0", point(40.0, 218.0))></path>
            <text class="out-n" x=at(plan.width) y=at(y + 18.0) text-anchor="end">{tr!(lang, pipe.out, n = scene.won)}</text>
            <text class="out-s" x=at(plan.width) y=at(y + 38.0) text-anchor="end">{scene.won_sums.clone()}</text>
            {share}
        </g>
    }
    .into_any()
}
