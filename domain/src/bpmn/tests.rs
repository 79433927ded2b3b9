use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::Lang;
use crate::id::StageId;
use crate::pipeline::sample::{Plain, pipelines, selling};
use crate::pipeline::{Pipeline, Requirement, StageKind};

fn file() -> String {
    write(&selling(), &Plain(Lang::En), "0.1.0")
}

/// The drawing as the pipeline that it was made of.
fn whole(drawing: Drawing) -> Pipeline {
    Pipeline {
        id: drawing.id.unwrap(),
        name: drawing.name,
        version: drawing.version.unwrap(),
        retired: drawing.retired,
        stages: drawing.stages,
    }
}

fn remarks(text: &str) -> Vec<What> {
    read(text).unwrap_err().into_iter().map(|remark| remark.what).collect()
}

/// The file with one change, which must be one.
fn changed(from: &str, to: &str) -> String {
    let file = file();
    assert!(file.contains(from), "{from} is not in\n{file}");
    file.replacen(from, to, 1)
}

/// The line of a part of a text.
fn line_of(text: &str, part: &str) -> usize {
    text[..text.find(part).unwrap()].matches('\n').count() + 1
}

#[test]
fn what_is_written_is_read_back() {
    for lang in Lang::ALL {
        let file = write(&selling(), &Plain(lang), "0.1.0");
        assert_eq!(read(&file).map(whole), Ok(selling()));
    }
    assert!(file().contains("Bring a &lt;tape&gt;."));
}

#[test]
fn what_another_tool_writes_is_read() {
    let drawn = r#"<?xml version="1.0" encoding="UTF-8"?>
        <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:m="urn:millrace:bpmn:1" id="d" targetNamespace="x">
          <process id="p" name="Sales">
            <!-- one way -->
            <startEvent id="s"/>
            <task id="b" name="Send offer"><documentation>On <![CDATA[paper & by mail]]></documentation></task>
            <manualTask id="a" name="Visit"/>
            <endEvent id="w" name="Won" m:kind="won"/>
            <endEvent id="l" name="Lost" m:kind="lost"/>
            <sequenceFlow id="1" sourceRef="s" targetRef="a"/>
            <sequenceFlow id="2" sourceRef="a" targetRef="b"/>
            <sequenceFlow id="3" sourceRef="b" targetRef="w"/>
            <sequenceFlow id="4" sourceRef="b" targetRef="l"/>
          </process>
        </definitions>"#;
    let drawing = read(drawn).unwrap();
    assert_eq!((drawing.id, drawing.version), (None, None));
    assert_eq!(drawing.name, Label::new("Sales", ""));
    let names: Vec<_> = drawing.stages.iter().map(|stage| stage.name.en.as_str()).collect();
    assert_eq!(names, ["Visit", "Send offer", "Won", "Lost"]);
    assert_eq!(drawing.stages[1].about.description.en, "On paper & by mail");
    assert_eq!(drawing.stages[2].probability, 100);
}

#[test]
fn what_is_not_understood_is_listed_with_its_lines() {
    let element = |name: &str| What::Element { name: name.to_owned() };
    let file = changed("<bpmn:laneSet", "<bpmn:exclusiveGateway id=\"g\"/>\n<bpmn:laneSet");
    let file = file
        .replace("<millrace:enter code=\"acts_signed\"/>", "<millrace:enter code=\"moon\" when=\"full\"/>");
    let told = read(&file).unwrap_err();
    let gateway =
        Remark { line: line_of(&file, "<bpmn:exclusiveGateway"), what: element("bpmn:exclusiveGateway") };
    let line = line_of(&file, "moon");
    let code = Remark { line, what: What::Value { name: "code".into(), value: "moon".into() } };
    let when =
        Remark { line, what: What::Attribute { element: "millrace:enter".into(), name: "when".into() } };
    assert_eq!(told, [gateway, code, when]);

    let timer = changed("</bpmn:startEvent>", "<bpmn:timerEventDefinition/></bpmn:startEvent>");
    assert_eq!(remarks(&timer), [element("bpmn:timerEventDefinition")]);
    let foreign = changed("<millrace:stage ", "<z:stage xmlns:z=\"urn:z\"/><millrace:stage ");
    assert_eq!(remarks(&foreign), [element("z:stage")]);
    let twice = changed("<millrace:stage ", "<millrace:stage/><millrace:stage ");
    assert_eq!(remarks(&twice)[0], What::Repeated { name: "millrace:stage".into() });
    let text = changed("<bpmn:laneSet id=\"Lanes\">", "<bpmn:laneSet id=\"Lanes\">by hand");
    assert_eq!(remarks(&text), [What::Text { element: "bpmn:laneSet".into() }]);
    let nobody = changed("millrace:role=\"delivery\"", "millrace:role=\"plumber\"");
    assert_eq!(remarks(&nobody), [What::Value { name: "millrace:role".into(), value: "plumber".into() }]);
    let kind = changed(" millrace:kind=\"lost\"", "");
    let missing = |element: &str, name: &str| What::Missing { element: element.into(), name: name.into() };
    assert_eq!(remarks(&kind), [missing("bpmn:endEvent", "millrace:kind")]);
    assert_eq!(remarks("<a/>"), [element("a")]);
}

#[test]
fn a_caption_that_was_changed_is_not_lost() {
    let note = changed("– field amount</bpmn:text>", "– field amount and a photo</bpmn:text>");
    assert_eq!(remarks(&note), [What::Caption { text: "To enter\n– field amount and a photo".into() }]);
    let lane = changed("name=\"delivery\"", "name=\"Riggers\"");
    assert_eq!(remarks(&lane), [What::Caption { text: "Riggers".into() }]);
    // Names of stages stand in BPMN's own place and may be changed there.
    let stage = changed("name=\"Visit\"", "name=\"Site visit\"");
    assert_eq!(read(&stage).unwrap().stages[1].name, Label::new("Site visit", "Выезд"));
}

#[test]
fn there_is_one_way_through() {
    let pipeline = selling();
    let [clarify, visit, measure] = [0, 1, 2].map(|at| write::stage_id(&pipeline.stages[at]));
    let flow = |to: &str| format!("sourceRef=\"{clarify}\" targetRef=\"{to}\"");
    let lost = write::stage_id(&pipeline.stages[4]);
    let aside = |name: &str| What::Aside { name: name.into() };
    // Back to itself, past a stage, on only when lost.
    assert_eq!(remarks(&changed(&flow(&visit), &flow(&clarify))), [aside("Way_1")]);
    let past = What::Unreached { name: visit.clone() };
    assert_eq!(remarks(&changed(&flow(&visit), &flow(&measure))), [past]);
    assert_eq!(remarks(&changed(&flow(&lost), &flow(&visit))), [aside("Way_4")]);
    let nowhere = [What::Unresolved { name: "Nowhere".into() }];
    assert_eq!(remarks(&changed(&flow(&visit), &flow("Nowhere"))), nowhere);
    let parent = format!("parent=\"{visit}\"");
    assert_eq!(remarks(&changed(&parent, "parent=\"Nowhere\"")), nowhere);
    let won = write::stage_id(&pipeline.stages[3]);
    let second = format!("<bpmn:startEvent id=\"Second\"/><bpmn:endEvent id=\"{won}\"");
    let twice = changed(&format!("<bpmn:endEvent id=\"{won}\""), &second);
    assert_eq!(remarks(&twice), [What::Repeated { name: "Second".into() }]);
    let item = Requirement::Item(pipeline.stages[2].about.checklist[0].id).code();
    let other = Requirement::Item(crate::id::CheckItemId(Uuid::nil())).code();
    assert_eq!(remarks(&changed(&item, &other)), [What::Unresolved { name: other }]);
}

#[test]
fn no_file_reaches_out_or_blows_up() {
    let bomb = r#"<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>"#;
    assert_eq!(remarks(bomb), [What::Doctype]);
    let why = |text: &str| match &remarks(text)[..] {
        [What::Unreadable { why }] => why.clone(),
        other => panic!("{other:?}"),
    };
    for (text, part) in [
        ("<a>&c;</a>", "&c;"),
        ("<a b='&c;'/>", "c"),
        ("<a>&#1;</a>", "&#1;"),
        ("<a>\u{1}</a>", "character"),
        ("<a b='1' b='2'/>", "duplicated"),
        ("<a", "not closed"),
        ("<a>", "not closed"),
        ("<a></b>", "b"),
        ("<a/><a/>", "more than one"),
        ("<z:a/>", "z"),
        ("x", "outside"),
        ("", "no element"),
        ("<?xml version='1.0' encoding='koi8-r'?><a/>", "koi8-r"),
        ("<a>".repeat(100_000).as_str(), "too many"),
    ] {
        assert!(why(text).contains(part), "{}: {}", &text[..text.len().min(40)], why(text));
    }
    assert_eq!(remarks(&" ".repeat(MAX + 1)), [What::TooLarge]);
    assert_eq!(
        remarks("<?xml-stylesheet href='x'?><a/>"),
        [What::Element { name: "<?xml-stylesheet?>".into() }]
    );
}

#[test]
fn a_file_changes_the_pipeline_it_was_made_of() {
    let selling = selling();
    let mut fresh = 0;
    let mut make = || {
        fresh += 1;
        Uuid::from_u128(fresh)
    };
    let mut drawing = read(&file()).unwrap();
    let same = drawing.clone().onto(Some(&selling), &mut make);
    assert_eq!((same.id, same.version), (Some(selling.id), 3));
    assert_eq!(same.stages, selling.stages);
    // Somebody else has changed it since: the save will be a conflict.
    let later = Pipeline { version: 4, ..selling.clone() };
    assert_eq!(drawing.clone().onto(Some(&later), &mut make).version, 3);
    drawing.version = None;
    assert_eq!(drawing.clone().onto(Some(&later), &mut make).version, 4);

    // As a new pipeline every id is a new one, and what refers to one follows.
    let new = drawing.onto(None, &mut make);
    assert_eq!((new.id, new.version), (None, 0));
    assert!(new.stages.iter().all(|stage| selling.stage(stage.id).is_none()));
    assert_eq!(new.stages[2].parent, Some(new.stages[1].id));
    let item = new.stages[2].about.checklist[0].id;
    assert!(selling.check_item(item).is_none());
    assert_eq!(new.stages[2].about.leave[0], Requirement::Item(item));
}

#[test]
fn a_file_drawn_elsewhere_finds_its_stages_by_name() {
    let selling = selling();
    let mut drawing = read(&file()).unwrap();
    drawing.id = None;
    for (stage, number) in drawing.stages.iter_mut().zip(900..) {
        stage.id = StageId(Uuid::from_u128(number));
        stage.parent = None;
    }
    drawing.stages[0].name = Label::new("Something new", "");
    drawing.stages[1].name.ru = String::new();
    drawing.stages[3].name = Label::new("Hooray", "");
    let onto = drawing.onto(Some(&selling), || Uuid::from_u128(7));
    assert_eq!(onto.stages[0].id, StageId(Uuid::from_u128(7)));
    assert_eq!(onto.stages[1].id, selling.stages[1].id);
    let won = selling.of_kind(StageKind::Won).unwrap().id;
    assert_eq!((onto.stages[3].id, onto.stages[3].name.en.as_str()), (won, "Hooray"));
    assert_eq!(onto.retires(&selling).map(|stage| stage.id).collect::<Vec<_>>(), [selling.stages[0].id]);
}

proptest! {
    #[test]
    fn every_pipeline_survives_the_way_there_and_back(pipeline in pipelines(), ru in any::<bool>()) {
        let lang = if ru { Lang::Ru } else { Lang::En };
        let file = write(&pipeline, &Plain(lang), "0.1.0");
        prop_assert_eq!(read(&file).map(whole), Ok(pipeline));
    }

    #[test]
    fn no_text_breaks_the_reader(text in ".{0,200}", cut in 0_usize..20_000) {
        let file = file().trim_end().to_owned();
        let mut cut = cut % file.len();
        while !file.is_char_boundary(cut) {
            cut -= 1;
        }
        prop_assert!(read(&text).is_err());
        prop_assert!(read(&file[..cut]).is_err());
        // Whatever stands in it, it is read or told.
        let _ = read(&format!("{}{text}{}", &file[..cut], &file[cut..]));
    }
}
