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
