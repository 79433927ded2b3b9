//! The funnel as a picture: what went on is water, what was lost is hatched.

use domain::funnel::{Before, Funnel, FunnelFilter, Step};
use domain::{Lang, Money};
use leptos::prelude::*;

use super::chosen::{of_deals, of_leads};

/// A step with its words, figures and the addresses of its records.
#[derive(Debug, Clone)]
pub struct Bar {
    pub name: String,
    pub count: u64,
    pub lost: u64,
    pub sums: String,
    pub lost_sums: String,
    /// Share of the step before, written out.
    pub conversion: Option<String>,
    /// The median stay, written out.
    pub stay: Option<String>,
    /// The same step in the period before: how many, and by how much there are more now.
    pub before: Option<(u64, String)>,
    pub losses: Vec<Cause>,
    pub href: String,
    pub lost_href: String,
    pub won: bool,
}

/// A reason that deals were lost for.
#[derive(Debug, Clone)]
pub struct Cause {
    pub name: String,
    pub count: u64,
    pub sums: String,
    pub href: String,
}

/// The funnel's steps for a cohort.
pub fn bars(lang: Lang, funnel: &Funnel, filter: &FunnelFilter) -> Vec<Bar> {
    let (deals, leads) = (of_deals(funnel, filter), of_leads(funnel, filter));
    let rows = funnel.rows.iter().enumerate();
    let bars = rows.map(|(index, row)| {
        let (name, href, lost_href) = match row.step {
            Step::Leads => (
                tr!(lang, analytics.leads),
                format!("/leads?status=all{leads}"),
                format!("/leads?status=disqualified{leads}"),
            ),
            Step::Contacts => (
                tr!(lang, analytics.contacts),
                format!("/leads?status=converted{leads}"),
                format!("/leads?status=disqualified{leads}"),
            ),
            Step::Stage(id) => (
                row.name.get(lang).to_owned(),
                format!("/deals?view=list&status=all&reached={id}{deals}"),
                format!("/deals?view=list&status=lost&lost_in={id}{deals}"),
            ),
            Step::Won => (
                tr!(lang, analytics.won),
                format!("/deals?view=list&status=won{deals}"),
                format!("/deals?view=list&status=lost{deals}"),
            ),
        };
        let losses = row.losses.iter().map(|loss| Cause {
            name: match loss.reason {
                Some(_) => loss.name.get(lang).to_owned(),
                None => tr!(lang, analytics.no_reason),
            },
            count: loss.total.count,
            sums: sums(lang, &loss.total.sums),
            href: match loss.reason {
                Some(id) => format!("{lost_href}&loss_reason={id}"),
                None => lost_href.clone(),
            },
        });
        Bar {
            name,
            count: row.count,
            lost: row.lost,
            sums: sums(lang, &row.sums),
            lost_sums: sums(lang, &row.lost_sums),
            conversion: funnel.conversion(index).map(|tenths| percent(lang, tenths)),
            stay: row.stay.map(|seconds| stay(lang, seconds)),
            before: row.before.as_ref().map(|before| (before.count, change(lang, row.count, before))),
            losses: losses.collect(),
            href,
            lost_href,
            won: row.step == Step::Won,
        }
    });
    bars.collect()
}

/// `+12.5%` of what there was before; nothing can be told of nothing.
fn change(lang: Lang, now: u64, before: &Before) -> String {
    if before.count == 0 {
        return "—".to_owned();
    }
    let more = i128::from(now) - i128::from(before.count);
    let tenths = domain::money::half_up(more.abs() * 1000, i128::from(before.count));
    let sign = match more {
        0 => "±",
        more if more < 0 => "−",
        _ => "+",
    };
    format!("{sign}{}", percent(lang, tenths))
}

/// Minutes, hours or days, as exactly as they are counted.
fn stay(lang: Lang, seconds: i64) -> String {
    match seconds {
        ..300 => tr!(lang, analytics.moments),
        300..3_600 => tr!(lang, analytics.minutes, n = seconds / 60),
        3_600..86_400 => tr!(lang, analytics.hours, n = seconds / 3_600),
        _ => tr!(lang, analytics.days, n = seconds / 86_400),
    }
}

/// `68.3%` / `68,3 %` of tenths of a percent.
fn percent(lang: Lang, tenths: i64) -> String {
    let (whole, tenth) = (tenths / 10, tenths % 10);
    match (lang, tenth) {
        (Lang::En, 0) => format!("{whole}%"),
        (Lang::En, _) => format!("{whole}.{tenth}%"),
        (Lang::Ru, 0) => format!("{whole}\u{a0}%"),
        (Lang::Ru, _) => format!("{whole},{tenth}\u{a0}%"),
    }
}

pub fn sums(lang: Lang, sums: &[Money]) -> String {
    let written: Vec<String> = sums.iter().filter(|sum| sum.minor != 0).map(|sum| sum.short(lang)).collect();
    if written.is_empty() { "—".to_owned() } else { written.join(" + ") }
}

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

const WIDE: Plan = Plan { wide: true, width: 680, left: 190, length: 320, row: 54, top: 2, height: 38 };
const NARROW: Plan = Plan { wide: false, width: 320, left: 0, length: 320, row: 58, top: 20, height: 26 };

/// Both drawings: for wide pages and for phones. Over each picture lie the links of its bars.
pub fn funnel(lang: Lang, bars: &[Bar]) -> impl IntoView + use<> {
    let words: Vec<String> = bars.iter().map(|bar| format!("{}: {}", bar.name, bar.count)).collect();
    let about = tr!(lang, analytics.picture_about, figures = words.join("; "));
    let drawings = [WIDE, NARROW].map(|plan| drawing(lang, bars, plan, about.clone()));
    view! { <div class="funnel-picture">{drawings.into_iter().collect_view()}</div> }
}

fn drawing(lang: Lang, bars: &[Bar], plan: Plan, about: String) -> impl IntoView + use<> {
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    let view_box = format!("0 0 {} {}", plan.width, plan.row * bars.len() as u64);
    let (kind, id) = if plan.wide { ("wide-only", "wide") } else { ("narrow-only", "narrow") };
    let rows = bars.iter().zip(0_u64..).map(|(bar, at)| row(lang, bar, plan, at, most, id)).collect_view();
    let hits = bars.iter().zip(0_u64..).map(|(bar, at)| hits(lang, bar, plan, at, most)).collect_view();
    let (title_id, about_id, pattern) =
        (format!("funnel-{id}-t"), format!("funnel-{id}-d"), format!("lost-{id}"));
    let (labelled, described) = (title_id.clone(), about_id.clone());
    view! {
        <div class=format!("drawing {kind}")>
            <svg class="funnel" viewBox=view_box.clone() role="img" aria-labelledby=labelled aria-describedby=described>
                <title id=title_id>{tr!(lang, analytics.funnel)}</title>
                <desc id=about_id>{about}</desc>
                <defs>
                    <pattern id=pattern width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                        <rect class="lost-bg" width="6" height="6"></rect>
                        <path class="lost-line" d="M0 0V6"></path>
                    </pattern>
                </defs>
                {rows}
            </svg>
            <svg class="hits" viewBox=view_box>{hits}</svg>
        </div>
    }
}

/// Lengths of what went on and of what was lost; what exists is never thinner than two.
fn lengths(bar: &Bar, plan: Plan, most: u64) -> (u64, u64) {
    let scaled = |count: u64| if count == 0 { 0 } else { (count * plan.length / most).max(2) };
    let whole = scaled(bar.count);
    let lost = scaled(bar.lost.min(bar.count)).min(whole);
    (whole - lost, lost)
}

fn row(lang: Lang, bar: &Bar, plan: Plan, at: u64, most: u64, id: &str) -> impl IntoView + use<> {
    let y = at * plan.row;
    let (on, lost) = lengths(bar, plan, most);
    let middle = y + plan.top + plan.height / 2 + 5;
    let conversion = bar.conversion.clone().map(|share| tr!(lang, analytics.of_previous, share = share));
    // The number stands in its bar where there is room, else behind it.
    let (number_x, number_class) =
        if on >= 40 { (plan.left + 10, "in") } else { (plan.left + on + lost + 8, "out") };
    let lost_number = (lost >= 30).then(|| {
        view! { <text class="lost-n" x=plan.left + on + lost / 2 y=middle text-anchor="middle">{bar.lost}</text> }
    });
    let end = if plan.wide { plan.width } else { 320 };
    let labels = if plan.wide {
        view! {
            <text class="stage" x="0" y=y + 18>{bar.name.clone()}</text>
            <text class="sub" x="0" y=y + 34>{conversion.clone().unwrap_or_default()}</text>
            <text class="won" x=end y=middle text-anchor="end">{bar.sums.clone()}</text>
        }
        .into_any()
    } else {
        let right = [bar.conversion.clone(), Some(bar.sums.clone()).filter(|sums| sums != "—")];
        let right: Vec<String> = right.into_iter().flatten().collect();
        view! {
            <text class="stage" x="0" y=y + 13>{bar.name.clone()}</text>
            <text class="sub" x=end y=y + 13 text-anchor="end">{right.join(" · ")}</text>
        }
        .into_any()
    };
    view! {
        <g>
            {labels}
            <rect class="channel" x=plan.left y=y + plan.top width=plan.length height=plan.height></rect>
            <rect class=if bar.won { "on wonbar" } else { "on" } x=plan.left y=y + plan.top width=on height=plan.height></rect>
            <rect fill=format!("url(#lost-{id})") x=plan.left + on y=y + plan.top width=lost height=plan.height></rect>
            <path class="wall" d=format!("M{} {}h{}M{} {}h{}", plan.left, y + plan.top, plan.length, plan.left, y + plan.top + plan.height, plan.length)></path>
            <text class=number_class x=number_x y=middle>{bar.count}</text>
            {lost_number}
        </g>
    }
}

/// The links over a row. They lie in a picture of their own: what has the role of an image has no links in it.
fn hits(lang: Lang, bar: &Bar, plan: Plan, at: u64, most: u64) -> impl IntoView + use<> {
    let y = at * plan.row + plan.top;
    let (on, lost) = lengths(bar, plan, most);
    let link = |href: &str, label: String, x: u64, width: u64| {
        view! {
            <g>
                <a href=href.to_owned() aria-label=label>
                    <rect class="hit" x=x y=y width=width height=plan.height></rect>
                </a>
            </g>
        }
    };
    let went_on = (on > 0).then(|| link(&bar.href, format!("{}: {}", bar.name, bar.count), plan.left, on));
    let label = tr!(lang, analytics.lost_of, name = bar.name.clone(), n = bar.lost);
    let lost = (lost > 0).then(|| link(&bar.lost_href, label, plan.left + on, lost));
    view! { {went_on}{lost} }
}
