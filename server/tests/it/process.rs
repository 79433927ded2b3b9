//! `millrace process` as a script calls it.

use std::path::Path;

use super::{millrace, text, typed};

fn export(data: &Path, arguments: &[&str]) -> String {
    let told = millrace(data, &[["process", "export"].as_slice(), arguments].concat());
    assert!(told.status.success(), "{}", text(&told.stderr));
    text(&told.stdout)
}

/// What an import refused, after its exit code.
fn refused(data: &Path, arguments: &[&str], file: &str) -> String {
    let told = typed(data, &[["process", "import"].as_slice(), arguments].concat(), file);
    assert_eq!(told.status.code(), Some(2), "{}{}", text(&told.stdout), text(&told.stderr));
    assert!(told.stdout.is_empty());
    text(&told.stderr)
}

fn import(data: &Path, arguments: &[&str], file: &str) -> String {
    let told = typed(data, &[["process", "import"].as_slice(), arguments].concat(), file);
    assert!(told.status.success(), "{}", text(&told.stderr));
    text(&told.stdout)
}

#[test]
fn a_pipeline_is_exported_changed_and_imported() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let file = export(data, &[]);
    assert!(file.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<bpmn:definitions "));
    assert!(file.contains("<bpmndi:BPMNEdge ") && file.contains("name=\"Clarify needs\""));

    let renamed = file.replacen("name=\"Clarify needs\"", "name=\"First talk\"", 1);
    let told = import(data, &[], &renamed);
    assert!(told.contains(": version 2, "), "{told}");
    let name = told.split(": version").next().unwrap();
    let again = export(data, &["--pipeline", &name.to_uppercase()]);
    assert!(again.contains("name=\"First talk\"") && again.contains("millrace:version=\"2\""));
    assert_eq!(import(data, &["--pipeline", name], &again), told, "the same again is no version of its own");

    // The first file is out of date now; without its version it takes the place of what is there.
    assert!(refused(data, &[], &file).contains("changed since this file was exported"));
    let bare = file.replacen(" millrace:version=\"1\"", "", 1);
    assert!(import(data, &[], &bare).contains(": version 3, "));

    // Drawn elsewhere it is a new pipeline, with a name that is not taken.
    let elsewhere = file.replace("Pipeline_", "Drawn_");
    assert!(refused(data, &[], &elsewhere).contains("name: "));
    let pool = format!("name=\"{name}\"");
    assert!(elsewhere.contains(&pool), "{pool} is not in\n{elsewhere}");
    let russian = elsewhere.find("<millrace:label lang=\"ru\">").unwrap();
    let end = elsewhere[russian..].find("</millrace:label>").unwrap() + russian;
    let second = format!("{}<millrace:label lang=\"ru\">Вторая{}", &elsewhere[..russian], &elsewhere[end..]);
    let second = second.replacen(&pool, "name=\"Second\"", 1);
    assert!(import(data, &[], &second).starts_with("Second: version 1, "));
    assert!(export(data, &["--pipeline", "вторая"]).contains("name=\"Second\""));
    assert!(refused(data, &["--pipeline", "Third"], &file).contains("there are: "));
}

#[test]
fn what_is_not_understood_is_listed_and_nothing_is_imported() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let not_xml = refused(data, &[], "Clarify needs, then sell");
    assert!(not_xml.contains("line 1: no readable XML: "), "{not_xml}");
    assert!(refused(data, &[], "<!DOCTYPE a [<!ENTITY b \"x\">]>\n<a>&b;</a>").contains("DOCTYPE"));
    assert!(refused(data, &[], &" ".repeat((2 << 20) + 1)).contains("larger than 2 MB"));
    assert!(!data.join("millrace.db").exists(), "nothing was opened for that");

    let file = export(data, &[]);
    let gate = "<bpmn:exclusiveGateway id=\"g\"/>\n<bpmn:laneSet";
    let strange = file.replacen("<bpmn:laneSet", gate, 1).replacen("probability=\"", "probability=\"x", 1);
    let told = refused(data, &[], &strange);
    let line = strange.lines().position(|line| line.contains("exclusiveGateway")).unwrap() + 1;
    assert!(
        told.contains(&format!("line {line}: element bpmn:exclusiveGateway is not understood")),
        "{told}"
    );
    assert!(told.contains(": probability cannot be “x"), "{told}");

    // Ten thousand stages are read, and too many.
    let stage = |n: usize| format!("<task id=\"t{n}\" name=\"Stage {n}\"/>");
    let flow = |from: usize| {
        format!("<sequenceFlow id=\"f{from}\" sourceRef=\"t{from}\" targetRef=\"t{}\"/>", from + 1)
    };
    let stages: String = (1..=10_000).map(stage).collect();
    let flows: String = (1..10_000).map(flow).collect();
    let endless = format!(
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:m=\"urn:millrace:bpmn:1\">\
         <process id=\"p\" name=\"Endless\"><startEvent id=\"t0\"/>{stages}\
         <endEvent id=\"w\" name=\"Won\" m:kind=\"won\"/><endEvent id=\"l\" name=\"Lost\" m:kind=\"lost\"/>\
         <sequenceFlow id=\"a\" sourceRef=\"t0\" targetRef=\"t1\"/>{flows}\
         <sequenceFlow id=\"z\" sourceRef=\"t10000\" targetRef=\"w\"/></process></definitions>"
    );
    assert!(refused(data, &[], &endless).contains("stages: "));
    assert_eq!(export(data, &[]), file);
}

/// The imported pipeline with one stage to work in, as another program draws it.
const SHORT: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:m="urn:millrace:bpmn:1">
  <process id="p" name="Hardware sales">
    <startEvent id="s"/>
    <task id="a" name="Engaging"/>
    <endEvent id="w" name="Won" m:kind="won"/>
    <endEvent id="l" name="Lost" m:kind="lost"/>
    <sequenceFlow id="1" sourceRef="s" targetRef="a"/>
    <sequenceFlow id="2" sourceRef="a" targetRef="w"/>
  </process>
</definitions>"#;

#[test]
fn deals_of_a_stage_that_the_file_leaves_out_go_where_they_are_told_to() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let set = format!("{}/tests/data/crm-sales-opportunities-small", env!("CARGO_MANIFEST_DIR"));
    let imported = millrace(data, &["import", "crm-sales-opportunities", &set]);
    assert!(imported.status.success(), "{}", text(&imported.stderr));
    let onto = |moves: &[&'static str]| {
        let mut arguments = vec!["--pipeline", "Hardware sales"];
        arguments.extend(moves.iter().flat_map(|told| ["--move", *told]));
        arguments
    };
    let open = || -> serde_json::Value {
        let told = millrace(data, &["report", "funnel", "--pipeline", "Hardware sales"]);
        serde_json::from_slice(&told.stdout).unwrap()
    };
    let before = open();

    let told = refused(data, &onto(&[]), SHORT);
    assert!(told.contains("Prospecting: open deals: ") && told.contains("--move \"OLD=NEW\""), "{told}");
    for nonsense in ["Prospecting=Nowhere", "Nowhere=Engaging", "Prospecting=Won", "Prospecting"] {
        let told = refused(data, &onto(&[nonsense]), SHORT);
        let wanted = format!("--move {nonsense}: not a stage that the file leaves out (Prospecting)");
        assert!(told.contains(&wanted), "{told}");
    }
    assert_eq!(open(), before);

    let done = import(data, &onto(&["поиск=ENGAGING"]), SHORT);
    assert_eq!(done, "Hardware sales: version 2, 3 stages\n");
    let after = open();
    assert_eq!(after["open"], before["open"], "nothing was lost on the way");
    assert_eq!(after["stages"].as_array().unwrap().len(), 1);
    assert_eq!(after["stages"][0]["stage"], "Engaging");
}
