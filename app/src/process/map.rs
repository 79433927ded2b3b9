//! A pipeline as a picture, and the same in words for those who do not see it.

use domain::Lang;
use domain::pipeline::map::{
    Area, BAND, Indent, Lane, Map, NOTE_INSET, NOTE_LINE, Node, Note, Paper, Side, Way, Words, draw,
};
use domain::pipeline::{Pipeline, Stage, StageKind};
use leptos::prelude::*;

use crate::ctx::use_lang;
use crate::drawing::Drawn;

/// The name of the pool, for which BPMN has a band, is the page's title here.
const LEFT: i32 = BAND / 2;

#[component]
pub fn ProcessMap(pipeline: Pipeline) -> impl IntoView {
    let lang = use_lang();
    let map = draw(&pipeline, &Drawn(lang));
    view! {
        <section class="process-map" aria-label=tr!(lang, drawing.title)>
            <div class="scroll-x card" role="region" tabindex="0" aria-label=tr!(lang, drawing.scroll)>
                {picture(lang, &map, &pipeline)}
            </div>
            <h2>{tr!(lang, drawing.in_words)}</h2>
            {in_words(lang, &pipeline)}
        </section>
    }
}

fn picture(lang: Lang, map: &Map, pipeline: &Pipeline) -> AnyView {
    let (width, height) = (map.width - LEFT, map.height);
    let lanes = map.lanes.iter().map(lane).collect_view();
    let frames = map.frames.iter().map(frame).collect_view();
    let ways = map.ways.iter().map(way).collect_view();
    let nodes = map.nodes.iter().map(|node| drawn(node, pipeline)).collect_view();
    view! {
        <svg class="map" viewBox=format!("{LEFT} 0 {width} {height}") width=width height=height role="img"
            aria-labelledby="map-title" aria-describedby="map-about">
            <title id="map-title">{tr!(lang, drawing.title)}</title>
            <desc id="map-about">{tr!(lang, drawing.about)}</desc>
            <defs>
                <marker id="map-arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse">
                    <path class="map-tip" d="M0 1L9 5L0 9z"></path>
                </marker>
            </defs>
            {lanes}
            {frames}
            {ways}
            {nodes}
        </svg>
    }
    .into_any()
}

fn lane(lane: &Lane) -> AnyView {
    let Area { x, y, width, height } = lane.area;
    let (across, down) = (x + LEFT / 2 + 4, lane.area.middle());
    view! {
        <g>
            <rect class="map-lane" x=x y=y width=width height=height></rect>
            <path class="map-line" d=format!("M{} {y}v{height}", x + LEFT)></path>
            <text class="map-role" x=across y=down text-anchor="middle" transform=format!("rotate(-90 {across} {down})")>
                {lane.name.clone()}
            </text>
        </g>
    }
    .into_any()
}

fn frame(area: &Area) -> AnyView {
    let Area { x, y, width, height } = *area;
    view! { <rect class="map-frame" x=x y=y width=width height=height rx="10"></rect> }.into_any()
}

fn way(way: &Way) -> AnyView {
    let class = if way.lost { "map-way map-lost" } else { "map-way" };
    view! { <path class=class d=line(&way.points) marker-end="url(#map-arrow)"></path> }.into_any()
}

/// A line through points as a path writes it.
fn line(points: &[(i32, i32)]) -> String {
    let points: Vec<String> = points.iter().map(|(x, y)| format!("{x} {y}")).collect();
    format!("M{}", points.join("L"))
}

fn drawn(node: &Node, pipeline: &Pipeline) -> AnyView {
    let stage = node.stage.and_then(|place| pipeline.stages.get(place));
    let shape = match stage {
        Some(stage) if stage.kind == StageKind::Open => square(node, stage),
        other => circle(node, other.map(|stage| stage.kind)),
    };
    let papers = node.papers.iter().map(paper).collect_view();
    view! { <g>{shape}{papers}{node.note.as_ref().map(note)}</g> }.into_any()
}

fn square(node: &Node, stage: &Stage) -> AnyView {
    let Area { x, y, width, height } = node.area;
    let names = node.name.iter().zip(0..).map(|(text, at)| {
        view! { <text class="map-name" x=x + 12 y=y + 22 + 16 * at>{text.clone()}</text> }
    });
    let hue = stage.about.hue.map(|hue| hue.to_string());
    view! {
        <g>
            <rect class="map-stage" data-hue=hue x=x y=y width=width height=height rx="8"></rect>
            {names.collect_view()}
            <text class="map-facts" x=x + 12 y=y + height - 9>{node.facts.clone()}</text>
        </g>
    }
    .into_any()
}

fn circle(node: &Node, kind: Option<StageKind>) -> AnyView {
    let class = match kind {
        Some(StageKind::Won) => "map-end map-won",
        Some(_) => "map-end map-lost",
        None => "map-start",
    };
    let names = node.label.map(|label| lines(&node.name, label.center(), label.y + 12, 15, "map-name"));
    view! {
        <g>
            <circle class=class cx=node.area.center() cy=node.area.middle() r=node.area.width / 2></circle>
            {names}
        </g>
    }
    .into_any()
}

/// Lines around a middle, `y` being where the first one stands.
fn lines(texts: &[String], middle: i32, y: i32, step: i32, class: &'static str) -> AnyView {
    let lines = texts.iter().zip(0..).map(|(text, at)| {
        view! { <text class=class x=middle y=y + step * at text-anchor="middle">{text.clone()}</text> }
    });
    lines.collect_view().into_any()
}

/// A sheet with a folded corner; the arrow goes in for what one needs to enter, and out for what one leaves with.
fn paper(paper: &Paper) -> AnyView {
    let Area { x, y, width, height } = paper.area;
    let (body, fold) = (width - 9, height - 9);
    let sheet = format!("M{x} {y}h{body}l9 9v{fold}h-{width}z");
    let corner = format!("M{} {y}v9h9", x + body);
    let link = match paper.side {
        Side::Enter => paper.link,
        Side::Leave => [paper.link[1], paper.link[0]],
    };
    // One line stands where the second one would, next to the sheet.
    let above = 2_i32.saturating_sub(i32::try_from(paper.lines.len()).unwrap_or(2)) * 13;
    view! {
        <g>
            {lines(&paper.lines, paper.label.center(), paper.label.y + 10 + above, 13, "map-small")}
            <path class="map-sheet" d=sheet></path>
            <path class="map-sheet" d=corner></path>
            <path class="map-link" d=line(&link) marker-end="url(#map-arrow)"></path>
        </g>
    }
    .into_any()
}

fn note(note: &Note) -> AnyView {
    let Area { x, y, height, .. } = note.area;
    let texts = note.lines.iter().zip(0..).map(|(line, at)| {
        let (class, shift) = match line.indent {
            Indent::Heading => ("map-small map-head", 8),
            Indent::Item => ("map-small", 8),
            Indent::More => ("map-small", 18),
        };
        let down = y + NOTE_INSET + 11 + NOTE_LINE * at;
        view! { <text class=class x=x + shift y=down>{line.text.clone()}</text> }
    });
    view! {
        <g>
            <path class="map-link" d=line(&note.link)></path>
            <path class="map-bracket" d=format!("M{} {y}h-6v{height}h6", x + 6)></path>
            {texts.collect_view()}
        </g>
    }
    .into_any()
}

fn in_words(lang: Lang, pipeline: &Pipeline) -> AnyView {
    let stages = pipeline.stages.iter().map(|stage| told(lang, stage, pipeline)).collect_view();
    view! { <ol class="map-words">{stages}</ol> }.into_any()
}

fn told(lang: Lang, stage: &Stage, pipeline: &Pipeline) -> AnyView {
    let words = Drawn(lang);
    let kind = match stage.kind {
        StageKind::Open => words.facts(stage),
        StageKind::Won => tr!(lang, drawing.won),
        StageKind::Lost => tr!(lang, drawing.lost),
    };
    let whole = stage.parent.and_then(|id| pipeline.stage(id));
    let whole = whole.map(|whole| tr!(lang, drawing.part_of, name = whole.name.get(lang)));
    let about = [Some(words.role(stage.about.role)), Some(kind), whole].into_iter().flatten();
    let about = about.collect::<Vec<_>>().join(" · ");
    let description = stage.about.description.get(lang).to_owned();
    let description = (!description.is_empty()).then(|| view! { <p class="soft">{description}</p> });
    let asked = Side::ALL.map(|side| {
        let items: Vec<String> =
            side.of(stage).iter().map(|asked| words.requirement(*asked, pipeline)).collect();
        (!items.is_empty()).then(|| {
            let items = items.into_iter().map(|item| view! { <li>{item}</li> }).collect_view();
            view! { <p>{words.side(side)}":"</p><ul>{items}</ul> }
        })
    });
    view! {
        <li>
            <b>{stage.name.get(lang).to_owned()}</b>
            " "
            <span class="muted">{about}</span>
            {description}
            {asked.into_iter().collect_view()}
        </li>
    }
    .into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::Label;
    use domain::id::{PipelineId, StageId};
    use domain::pipeline::{About, DealField, Requirement};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_picture_is_text_and_has_no_styles() {
        let stage = |number, name: &str, kind, enter: &[Requirement]| Stage {
            id: StageId(Uuid::from_u128(number)),
            name: Label::new(name, ""),
            kind,
            parent: None,
            probability: 20,
            limit_days: Some(5),
            about: About { hue: Some(120), enter: enter.to_vec(), ..About::default() },
        };
        let field = [Requirement::Field(DealField::Amount)];
        let papers = [Requirement::OfferAccepted, Requirement::ActsSigned];
        let pipeline = Pipeline {
            id: PipelineId(Uuid::nil()),
            name: Label::new("Sales", ""),
            version: 1,
            retired: false,
            stages: vec![
                stage(1, "<b>Visit</b>", StageKind::Open, &field),
                stage(2, "Won", StageKind::Won, &papers),
                stage(3, "Lost", StageKind::Lost, &[]),
            ],
        };
        for lang in Lang::ALL {
            let map = draw(&pipeline, &Drawn(lang));
            let page = Owner::new().with(|| {
                view! { <div>{picture(lang, &map, &pipeline)}{in_words(lang, &pipeline)}</div> }.to_html()
            });
            assert!(page.contains("&lt;b&gt;Visit") && !page.contains("<b>Visit"), "{page}");
            assert!(!page.contains(" style="));
            assert_eq!(page.matches("<circle").count(), 3);
            assert_eq!(page.matches("map-sheet").count(), 4);
            assert!(page.contains("data-hue=\"120\"") && page.contains("<ol class=\"map-words\""));
        }
    }
}
