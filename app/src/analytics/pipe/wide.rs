//! The pipe lying down, for wide pages: managers' channels above, the whole pipe with its leaks below, the wheel at its end.

use domain::user::{hue, initials};
use leptos::prelude::*;

use super::bore::{inlets, outlet, whole};
use super::drops::{drop_hits, leaks};
use super::scene::{Drip, Row, Scene};
use super::shape::{Channel, at, drawn, droplet, radius};
use super::words::{class, cut, lines, percent};

/// Where the pipe begins, how long it is, and what stands behind it.
pub(super) const LEFT: f64 = 196.0;
const SPAN: f64 = 948.0;
const BEHIND: f64 = 172.0;
/// No stretch is shorter: a longer pipe is scrolled.
const STRETCH: f64 = 84.0;
/// Distance of managers; the first one's channel, and a channel's height.
const ROW: f64 = 54.0;
const FIRST: f64 = 46.0;
const CHANNEL: f64 = 28.0;
/// Height of what stands below the managers.
const BELOW: f64 = 250.0;
/// Fewer percent than this are marked.
pub(super) const BAD: u64 = 60;

/// Measures of one picture.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    /// Length of a stretch.
    pub(super) step: f64,
    /// Where the pipe ends.
    pub(super) end: f64,
    pub(super) width: f64,
    /// Top of the whole pipe.
    pub(super) top: f64,
    height: f64,
}

impl Plan {
    fn of(scene: &Scene) -> Plan {
        let stretches = drawn(scene.stretches.len().max(1) as u64);
        let step = (SPAN / stretches).max(STRETCH);
        let end = LEFT + step * stretches;
        let top = FIRST + ROW * drawn(scene.rows.len() as u64) + CHANNEL;
        Plan { step, end, width: end + BEHIND, top, height: top + BELOW }
    }

    fn is_long(self) -> bool {
        self.end > LEFT + SPAN + 1.0
    }

    /// The beginning of a stretch.
    pub(super) fn joint(self, place: usize) -> f64 {
        LEFT + self.step * drawn(place as u64)
    }

    pub(super) fn middle(self, place: usize) -> f64 {
        self.joint(place) + self.step / 2.0
    }

    /// How many characters of so many units fit into a stretch.
    fn letters(self, unit: f64) -> usize {
        let mut count = 1;
        while drawn(count as u64 + 1) * unit < self.step - 8.0 {
            count += 1;
        }
        count
    }
}

pub(super) fn picture(scene: &Scene) -> AnyView {
    let lang = scene.lang;
    let plan = Plan::of(scene);
    let view_box = format!("0 0 {} {}", at(plan.width), at(plan.height));
    let class = if plan.is_long() { "pipe-picture long" } else { "pipe-picture" };
    let width = plan.is_long().then(|| at(plan.width));
    let rows =
        scene.rows.iter().enumerate().map(|(place, row)| manager(scene, plan, place, row)).collect_view();
    let hits: Vec<AnyView> = row_hits(scene, plan).into_iter().chain(drop_hits(scene, plan)).collect();
    view! {
        <div class="pipe-drawing scroll-x wide-only">
            <div class="drawing">
                <svg class=class viewBox=view_box.clone() width=width role="img" aria-labelledby="pipe-t" aria-describedby="pipe-d">
                    <title id="pipe-t">{tr!(lang, pipe.picture)}</title>
                    <desc id="pipe-d">{scene.about()}</desc>
                    <defs>
                        <linearGradient id="water" x1="0" y1="0" x2="0" y2="1">
                            <stop class="w1" offset="0"></stop>
                            <stop class="w2" offset="1"></stop>
                        </linearGradient>
                    </defs>
                    {heads(scene, plan)}
                    {rows}
                    {inlets(scene, plan)}
                    {whole(scene, plan)}
                    {outlet(scene, plan)}
                    {leaks(scene, plan)}
                </svg>
                <svg class="hits" viewBox=view_box>{hits}</svg>
            </div>
        </div>
    }
    .into_any()
}

/// Names of stretches and columns, and the joints as dotted lines.
fn heads(scene: &Scene, plan: Plan) -> AnyView {
    let lang = scene.lang;
    let guides = (0..=scene.stretches.len()).map(|place| {
        let d = format!("M{} 36V{}", at(plan.joint(place)), at(plan.top - 18.0));
        view! { <path class="guide" d=d></path> }
    });
    let names = scene.stretches.iter().enumerate().map(|(place, stretch)| {
        let lines = lines(&stretch.name, plan.letters(6.9));
        let top = if lines.len() == 1 { 18 } else { 10 };
        let lines = lines.into_iter().zip(0..).map(|(line, n)| {
            let (x, y) = (at(plan.middle(place)), top + 14 * n);
            view! { <text class="stage" x=x y=y text-anchor="middle">{line}</text> }
        });
        lines.collect_view()
    });
    view! {
        <g>
            {guides.collect_view()}
            {names.collect_view()}
            <text class="colhead" x="0" y="18">{tr!(lang, pipe.manager)}</text>
            <text class="colhead" x=at(plan.end + 64.0) y="18" text-anchor="end">{tr!(lang, pipe.straight)}</text>
            <text class="colhead" x=at(plan.width) y="18" text-anchor="end">{tr!(lang, pipe.won)}</text>
        </g>
    }
    .into_any()
}

fn manager(scene: &Scene, plan: Plan, place: usize, row: &Row) -> AnyView {
    let y = FIRST + ROW * drawn(place as u64);
    let (bottom, fall) = (y + 26.0, plan.step.min(56.0) / 4.0);
    let channel = Channel { begin: LEFT, step: plan.step, bottom, height: 24.0, fall };
    let most = row.came.iter().copied().max().unwrap_or(0);
    let walls = format!("M{LEFT} {}H{e}M{LEFT} {}H{e}", at(y), at(y + CHANNEL), e = at(plan.end));
    let largest = scene.rows.iter().flat_map(|row| row.drops.iter().flatten()).map(|drop| drop.deals).max();
    let drops = row.drops.iter().enumerate().filter_map(|(place, drop)| Some((place, drop.as_ref()?)));
    let drops = drops.map(|(place, leak)| {
        let (x, tip) = (row_drop_x(plan, place), y + CHANNEL + 1.0);
        let size = radius(leak.deals, largest.unwrap_or(0), 7.6, 1.9);
        view! {
            <path class=format!("drop {}", class(leak.kind)) d=droplet(x, tip, size)></path>
            <text class="tiny" x=at(x + size + 4.0) y=at(y + 41.0)>{leak.deals}</text>
        }
    });
    let bad = if row.straight.is_some_and(|percent| percent < BAD) { "straight bad" } else { "straight" };
    view! {
        <g class="manager">
            <circle class="face" data-hue=hue(&row.name) cx="12" cy=at(y + 15.0) r="12"></circle>
            <text class="initials" data-hue=hue(&row.name) x="12" y=at(y + 18.5) text-anchor="middle">{initials(&row.name)}</text>
            <text class="name" x="34" y=at(y + 14.0)>{cut(&row.name, 21)}</text>
            <text class="sub" x="34" y=at(y + 29.0)>{row.work.clone()}</text>
            <rect class="channel" x=LEFT y=at(y) width=at(plan.end - LEFT) height=CHANNEL></rect>
            <path class="water" d=channel.water(&row.came, most)></path>
            <path class="wall" d=walls></path>
            {drops.collect_view()}
            <text class=bad x=at(plan.end + 64.0) y=at(y + 21.0) text-anchor="end">{percent(scene.lang, row.straight)}</text>
            <text class="won" x=at(plan.width) y=at(y + 21.0) text-anchor="end">{row.won.clone()}</text>
        </g>
    }
    .into_any()
}

fn row_drop_x(plan: Plan, place: usize) -> f64 {
    plan.joint(place) + plan.step * 0.72
}

/// The links over the managers' drops. They lie in a picture of their own: what has the role of an image has no links in it.
fn row_hits(scene: &Scene, plan: Plan) -> Vec<AnyView> {
    let rows = scene.rows.iter().enumerate().flat_map(|(at_row, row)| {
        let drops = row.drops.iter().enumerate().filter_map(|(place, drop)| Some((place, drop.as_ref()?)));
        drops.map(move |(place, leak)| (at_row, place, leak)).collect::<Vec<_>>()
    });
    let hits = rows.map(|(at_row, place, leak)| {
        let y = FIRST + ROW * drawn(at_row as u64) + CHANNEL;
        hit(leak, row_drop_x(plan, place) - 11.0, y - 1.0, 40.0, 25.0)
    });
    hits.collect()
}

pub(super) fn hit(leak: &Drip, x: f64, y: f64, width: f64, height: f64) -> AnyView {
    view! {
        <g>
            <a href=leak.href.clone() aria-label=leak.label.clone()>
                <rect class="hit" x=at(x) y=at(y) width=at(width) height=at(height) rx="6"></rect>
            </a>
        </g>
    }
    .into_any()
}
