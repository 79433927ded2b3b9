//! At each stretch: how many went on, are still there, or were lost.

use leptos::prelude::*;

use super::scene::{Scene, Stretch};
use super::words::{cut, percent};

/// Where things stand in one of the two drawings.
#[derive(Clone, Copy)]
struct Plan {
    wide: bool,
    width: u64,
    /// Left edge and greatest length of bars.
    left: u64,
    length: u64,
    /// Distance of rows, and the bar's top and height within one.
    row: u64,
    top: u64,
    height: u64,
}

const WIDE: Plan = Plan { wide: true, width: 620, left: 150, length: 340, row: 52, top: 0, height: 36 };
const NARROW: Plan = Plan { wide: false, width: 300, left: 0, length: 300, row: 54, top: 19, height: 24 };

/// The card.
pub(super) fn card(scene: &Scene) -> AnyView {
    let lang = scene.lang;
    let drawings = [WIDE, NARROW].map(|plan| drawing(scene, plan));
    view! {
        <section class="card" aria-labelledby="flow-title">
            <header>
                <h2 id="flow-title">{tr!(lang, pipe.flow)}</h2>
                <ul class="legend push">
                    <li class="b-on">{tr!(lang, pipe.went_on)}</li>
                    <li class="b-open">{tr!(lang, pipe.here)}</li>
                    <li class="b-lost">{tr!(lang, pipe.lost)}</li>
                </ul>
            </header>
            <div class="pad">{drawings.into_iter().collect_view()}</div>
        </section>
    }
    .into_any()
}

fn drawing(scene: &Scene, plan: Plan) -> AnyView {
    let lang = scene.lang;
    let kind = if plan.wide { "wide" } else { "narrow" };
    let most = scene.most().max(scene.won).max(1);
    let view_box = format!("0 0 {} {}", plan.width, plan.row * (scene.stretches.len() as u64 + 1));
    let mut before = None;
    let rows = scene.stretches.iter().zip(0_u64..).map(|(stretch, place)| {
        let row = row(scene, stretch, plan, place, most, before);
        before = stretch.conversion;
        row
    });
    let rows: Vec<AnyView> = rows.collect();
    let won = won(scene, plan, most, before);
    let (title, about) = (format!("flow-{kind}-t"), format!("flow-{kind}-d"));
    let (titled_by, told_by) = (title.clone(), about.clone());
    view! {
        <svg class=format!("funnel {kind}-only") viewBox=view_box role="img" aria-labelledby=titled_by aria-describedby=told_by>
            <title id=title>{tr!(lang, pipe.flow)}</title>
            <desc id=about>{tr!(lang, pipe.flow_about)}</desc>
            <defs>
                <pattern id=format!("flow-lost-{kind}") width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <rect class="lost-bg" width="6" height="6"></rect>
                    <path class="lost-line" d="M0 0V6"></path>
                </pattern>
            </defs>
            {rows}
            {won}
        </svg>
    }
    .into_any()
}

/// What exists is never thinner than two.
fn long(count: u64, most: u64, plan: Plan) -> u64 {
    if count == 0 { 0 } else { (count * plan.length / most).max(2) }
}

fn row(scene: &Scene, stretch: &Stretch, plan: Plan, place: u64, most: u64, before: Option<u64>) -> AnyView {
    let lang = scene.lang;
    let y = plan.row * place;
    let (top, middle) = (y + plan.top, y + plan.top + plan.height / 2 + 5);
    let parts = [stretch.went_on, stretch.here, stretch.lost].map(|count| long(count, most, plan));
    let [on, here, lost] = parts;
    let kind = if plan.wide { "wide" } else { "narrow" };
    let unit = match stretch.stage {
        None => tr!(lang, pipe.leads_unit),
        Some(_) => tr!(lang, pipe.entered_of, n = stretch.came),
    };
    let number = (on >= 34).then(|| {
        view! { <text class="in" x=plan.left + 10 y=middle>{stretch.went_on}</text> }
    });
    let lost_number = (lost >= 26).then(|| {
        let x = plan.left + on + here + lost / 2;
        view! { <text class="lost-n" x=x y=middle text-anchor="middle">{stretch.lost}</text> }
    });
    view! {
        <g>
            {labels(scene, plan, y, [stretch.name.clone(), unit, stretch.sums.clone()], before)}
            <rect class="on" x=plan.left y=top width=on height=plan.height rx="3"></rect>
            <rect class="open" x=plan.left + on y=top width=here height=plan.height></rect>
            <rect fill=format!("url(#flow-lost-{kind})") x=plan.left + on + here y=top width=lost height=plan.height rx="2"></rect>
            {number}
            {lost_number}
        </g>
    }
    .into_any()
}

/// The last row: what was won.
fn won(scene: &Scene, plan: Plan, most: u64, before: Option<u64>) -> AnyView {
    let y = plan.row * scene.stretches.len() as u64;
    let (top, middle) = (y + plan.top, y + plan.top + plan.height / 2 + 5);
    let length = long(scene.won, most, plan);
    let (class, x) = if length >= 34 { ("in", plan.left + 10) } else { ("out", plan.left + length + 8) };
    let texts = [tr!(scene.lang, pipe.won), String::new(), scene.won_sums.clone()];
    view! {
        <g>
            {labels(scene, plan, y, texts, before)}
            <rect class="on wonbar" x=plan.left y=top width=length height=plan.height rx="3"></rect>
            <text class=class x=x y=middle>{scene.won}</text>
        </g>
    }
    .into_any()
}

/// Beside the bar of a wide drawing, above that of a narrow one. `before` is how much of the row before came here.
fn labels(scene: &Scene, plan: Plan, y: u64, texts: [String; 3], before: Option<u64>) -> AnyView {
    let lang = scene.lang;
    let [name, unit, sums] = texts;
    let passed = before.map(|share| percent(lang, Some(share)));
    if !plan.wide {
        let right: Vec<String> = passed.into_iter().chain(Some(sums).filter(|sums| sums != "—")).collect();
        let right = if right.is_empty() { unit } else { right.join(" · ") };
        return view! {
            <text class="stage" x="0" y=y + 13>{cut(&name, 24)}</text>
            <text class="sub" x=plan.width y=y + 13 text-anchor="end">{right}</text>
        }
        .into_any();
    }
    let passed = before.map(|share| tr!(lang, pipe.of_previous, share = share)).unwrap_or_default();
    view! {
        <text class="stage" x="0" y=y + 17>{cut(&name, 20)}</text>
        <text class="sub" x="0" y=y + 32>{unit}</text>
        <text class="won" x=plan.width y=y + 17 text-anchor="end">{sums}</text>
        <text class="sub" x=plan.width y=y + 32 text-anchor="end">{passed}</text>
    }
    .into_any()
}
