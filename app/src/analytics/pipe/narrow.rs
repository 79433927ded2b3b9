//! The pipe standing upright, for phones: stretches one below the other, leaks to the right, then the managers as a list.

use domain::user::{hue, initials};
use leptos::prelude::*;

use super::scene::{Drip, Row, Scene, Stretch};
use super::shape::{Channel, at, drawn, droplet, radius, spokes};
use super::wide::{BAD, hit};
use super::words::{class, cut, lines, percent, short};

/// Top of the pipe, its walls, and how high a stretch is at least.
const TOP: f64 = 26.0;
const LEFT: f64 = 92.0;
const RIGHT: f64 = 164.0;
const STRETCH: f64 = 92.0;
/// Between two drops.
const APART: f64 = 12.0;
const DROP_X: f64 = 194.0;
/// Leaks that are drawn at a stretch.
const DROPS: usize = 2;

pub(super) fn picture(scene: &Scene) -> AnyView {
    let lang = scene.lang;
    let most = scene.stretches.iter().flat_map(|stretch| &stretch.drops).map(|drop| drop.deals).max();
    let size = |drop: &Drip| radius(drop.deals, most.unwrap_or(0), 16.7, 3.0);
    let high = scene.stretches.iter().map(|stretch| height(stretch, &size)).fold(STRETCH, f64::max);
    let begin = |place: usize| TOP + high * drawn(place as u64);
    let end = begin(scene.stretches.len());
    let view_box = format!("0 0 328 {}", at(end + 132.0));
    let channel = Channel { begin: TOP, step: high, bottom: LEFT + 5.0, height: 62.0, fall: 14.0 };
    let walls = format!("M{LEFT} {a}V{b}M{RIGHT} {a}V{b}", a = at(TOP - 8.0), b = at(end + 10.0));
    let joints = (0..=scene.stretches.len()).map(|place| {
        let y = at(begin(place) - 4.0);
        view! {
            <rect class="flange" x="83" y=y.clone() width="18" height="8" rx="2"></rect>
            <rect class="flange" x="155" y=y width="18" height="8" rx="2"></rect>
        }
    });
    let stretches = scene.stretches.iter().enumerate().map(|(place, stretch)| {
        let y = begin(place);
        view! { <g>{words(scene, stretch, y, y + high)}{drops(scene, stretch, y, &size)}</g> }
    });
    let hits = scene.stretches.iter().enumerate().flat_map(|(place, stretch)| {
        let shown = stretch.drops.iter().zip(tops(stretch, begin(place), &size));
        let hits = shown.map(|(drop, top)| hit(drop, 176.0, top - 2.0, 152.0, size(drop) * 2.747 + 4.0));
        hits.collect::<Vec<_>>()
    });
    let hits: Vec<AnyView> = hits.collect();
    let (came, most) = (scene.came(), scene.most());
    let pour = (scene.won > 0).then(|| {
        let d = format!("M97 {end}H107L105 {down}H99Z", end = at(end), down = at(end + 62.0));
        view! { <path class="pour upright" d=d></path> }
    });
    let spokes = spokes(30.0).into_iter().map(|d| view! { <path d=d></path> });
    view! {
        <div class="pipe-drawing narrow-only">
            <div class="drawing">
                <svg class="pipe-picture" viewBox=view_box.clone() role="img" aria-labelledby="pipe-nt" aria-describedby="pipe-nd">
                    <title id="pipe-nt">{tr!(lang, pipe.picture_upright)}</title>
                    <desc id="pipe-nd">{scene.about()}</desc>
                    <defs>
                        <linearGradient id="water-upright" x1="0" y1="0" x2="1" y2="0">
                            <stop class="w2" offset="0"></stop>
                            <stop class="w1" offset="1"></stop>
                        </linearGradient>
                    </defs>
                    <rect class="bore" x=LEFT y=TOP width=at(RIGHT - LEFT) height=at(end - TOP)></rect>
                    <path class="waterv" d=channel.upright(&came, most)></path>
                    <path class="mainwall" d=walls></path>
                    {joints.collect_view()}
                    {stretches.collect_view()}
                    {pour}
                    <g transform=format!("translate(128 {})", at(end + 62.0))>
                        <g class="wheel">
                            <circle r="30"></circle>
                            <circle r="24.6"></circle>
                            <circle class="hub" r="5.4"></circle>
                            {spokes.collect_view()}
                        </g>
                    </g>
                    <path class="ripple" d=format!("M76 {}q13 -8 26 0t26 0t26 0t26 0", at(end + 110.0))></path>
                    <text class="out-n" x="186" y=at(end + 62.0)>{tr!(lang, pipe.out, n = scene.won)}</text>
                    <text class="out-s" x="186" y=at(end + 82.0)>{scene.won_sums.clone()}</text>
                </svg>
                <svg class="hits" viewBox=view_box>{hits}</svg>
            </div>
        </div>
        {managers(scene)}
    }
    .into_any()
}

/// How many came, to what, and how much of it went on.
fn words(scene: &Scene, stretch: &Stretch, y: f64, end: f64) -> AnyView {
    let names = lines(&stretch.name, 12).into_iter().zip(0_i32..).map(|(line, n)| {
        view! { <text class="stage" x="0" y=at(y + 54.0 + 14.0 * f64::from(n))>{line}</text> }
    });
    let passed = stretch.conversion.map(|share| {
        view! { <text class="sub" x="78" y=at(end + 4.0) text-anchor="end">{percent(scene.lang, Some(share))}</text> }
    });
    view! {
        <text class="count above" x="0" y=at(y + 36.0)>{stretch.came}</text>
        {names.collect_view()}
        {passed}
    }
    .into_any()
}

/// What the drawn leaks of a stretch need.
fn height(stretch: &Stretch, size: &impl Fn(&Drip) -> f64) -> f64 {
    let drops = stretch.drops.iter().take(DROPS).map(|drop| size(drop) * 2.747 + APART);
    6.0 + drops.sum::<f64>()
}

/// Where they begin.
fn tops(stretch: &Stretch, y: f64, size: &impl Fn(&Drip) -> f64) -> Vec<f64> {
    let mut top = y + 6.0;
    let tops = stretch.drops.iter().take(DROPS).map(|drop| {
        let here = top;
        top += size(drop) * 2.747 + APART;
        here
    });
    tops.collect()
}

fn drops(scene: &Scene, stretch: &Stretch, y: f64, size: &impl Fn(&Drip) -> f64) -> AnyView {
    let drops = stretch.drops.iter().zip(tops(stretch, y, size)).map(|(drop, top)| {
        let radius = size(drop);
        let words = at(top + radius * 1.747 + 4.0);
        view! {
            <path class="drip" d=format!("M167 {y}H190", y = at(top + 6.0))></path>
            <path class=format!("drop {}", class(drop.kind)) d=droplet(DROP_X, top, radius)></path>
            <text class="drop-n out" x="218" y=words.clone()>{drop.deals}</text>
            <text class="drop-l" x="248" y=words>{short(scene.lang, drop.kind)}</text>
        }
    });
    let drops: Vec<_> = drops.collect();
    view! { <g>{drops}</g> }.into_any()
}

fn managers(scene: &Scene) -> AnyView {
    let rows = scene.rows.iter().map(|row| {
        let Row { name, work, straight, won, .. } = row;
        let bad = if straight.is_some_and(|percent| percent < BAD) { "push num bad" } else { "push num" };
        let fill = straight.unwrap_or(0) / 5;
        let about = tr!(scene.lang, pipe.of_list, work = work.as_str(), sums = won.as_str());
        view! {
            <li>
                <span class="avatar mid" aria-hidden="true" data-hue=hue(name)>{initials(name)}</span>
                <div>
                    <p class="row"><b>{cut(name, 40)}</b><span class=bad>{percent(scene.lang, *straight)}</span></p>
                    <span class="race" data-fill=fill><i></i></span>
                    <p class="muted num">{about}</p>
                </div>
            </li>
        }
    });
    view! { <ul class="manager-list narrow-only" aria-label=tr!(scene.lang, pipe.managers)>{rows.collect_view()}</ul> }.into_any()
}
