//! Killed at random moments under load, the server has lost nothing that it acknowledged.
//!
//! The server is this test's own program once more ([`child`]), its database on a disk that forgets whatever was not synced when its
//! process is killed, as a power cut does ([`faults`]). The same with a disk that only says it syncs must be found out: otherwise
//! the test proves nothing. `ROUNDS=200` for more of them, `SEED=…` for the same ones again (as far as the scheduler agrees).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use domain::access::Actor;
use faults::{Chance, Disk, Raw};
use futures::{TryStreamExt, stream};
use serde_json::{Value, json};
use store::audit::{Verdict, verify};
use store::db::Connect;
use store::intake::Guard;
use store::{Clock, Db};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::testing::{config, run};
use crate::config::{IntakeConfig, ServeConfig};

/// What the child is told by its environment.
const FOLDER: &str = "CRASH_TEST_FOLDER";
const DISK_SEED: &str = "CRASH_TEST_SEED";
const LIES: &str = "CRASH_TEST_LIES";
/// Comes before the address that the child listens on.
const READY: &str = "the child listens on ";
/// Requests at once after a restart.
const RETRIES: usize = 16;

/// The server, when the test below starts it; in a run of all tests it has nothing to do.
#[test]
fn child() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        run(serve(PathBuf::from(folder)));
    }
}

#[expect(clippy::print_stdout, reason = "its parent reads the address")]
async fn serve(folder: PathBuf) {
    let seed = std::env::var(DISK_SEED).unwrap().parse().unwrap();
    let disk = Disk::register("power-cut", seed).unwrap();
    disk.slow(Duration::from_millis(5));
    let db = open(disk.url(&folder.join("millrace.db"))).await.unwrap();
    if std::env::var_os(LIES).is_some() {
        disk.lie();
    }
    let intake = IntakeConfig { guard: Guard::OFF, per_ip: false, per_form: 0 };
    let (stop, stopping) = watch::channel(false);
    let router = super::router(db, &ServeConfig { intake, ..config() }, stopping.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{READY}{}", listener.local_addr().unwrap());
    super::listen::accept(listener, router, stopping).await;
    drop(stop);
}

async fn open(url: String) -> Result<Db, String> {
    let connect = Connect { url, secret: [7; 32], key: [9; 32], clock: Clock::default() };
    Db::open(connect).await.map_err(|error| format!("the database does not open: {error}"))
}

/// A running child.
struct Server {
    process: Child,
    address: String,
    /// From its start to its first answer.
    started_in: Duration,
    /// Open as long as it runs: it may write there.
    _said: BufReader<ChildStdout>,
}

impl Server {
    fn spawn(folder: &Path, lies: bool, seed: u64) -> Child {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "http::crash::child", "--nocapture"]);
        command.env(FOLDER, folder).env(DISK_SEED, seed.to_string()).stdout(Stdio::piped());
        if lies {
            // It will have a lot to complain about.
            command.env(LIES, "1").stderr(Stdio::null());
        }
        command.spawn().unwrap()
    }

    async fn start(client: &reqwest::Client, folder: &Path, lies: bool, seed: u64) -> Result<Server, String> {
        let begun = Instant::now();
        let mut process = Server::spawn(folder, lies, seed);
        let mut said = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            if said.read_line(&mut line).unwrap() == 0 {
                process.wait().unwrap();
                return Err("the server does not start".into());
            }
            if let Some((_, address)) = line.split_once(READY) {
                break format!("http://{}", address.trim());
            }
        };
        let mut server = Server { process, address, started_in: Duration::ZERO, _said: said };
        let answer = client.get(format!("{}/readyz", server.address)).send().await;
        server.started_in = begun.elapsed();
        match answer {
            Ok(answer) if answer.status() == StatusCode::OK => Ok(server),
            other => Err(format!("the server is not ready: {other:?}")),
        }
    }
}

impl Drop for Server {
    /// SIGKILL.
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// What was sent, by its number, which also is its key.
#[derive(Default)]
struct Sent {
    next: u64,
    /// Answered 201, with the lead's id if the answer could be read to its end.
    acknowledged: BTreeMap<u64, Option<String>>,
    /// Not answered, or told to come again.
    open: BTreeSet<u64>,
}

type Log = Arc<Mutex<Sent>>;

fn with<T>(log: &Log, work: impl FnOnce(&mut Sent) -> T) -> T {
    work(&mut log.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Sent {
    fn take_number(&mut self) -> u64 {
        let number = self.next;
        self.next += 1;
        self.open.insert(number);
        number
    }

    /// A number stands for one lead, however often it is sent.
    fn acknowledge(&mut self, number: u64, id: Option<String>) -> Result<(), String> {
        self.open.remove(&number);
        let Some(id) = id else {
            self.acknowledged.entry(number).or_default();
            return Ok(());
        };
        match self.acknowledged.insert(number, Some(id.clone())) {
            Some(Some(before)) if before != id => Err(format!("{number} was lead {before} and is {id}")),
            _ => Ok(()),
        }
    }
}

/// How a request ended.
enum Answer {
    Created(Option<String>),
    ComeAgain,
    /// The server went away.
    Gone,
}

async fn post(client: &reqwest::Client, address: &str, number: u64) -> Result<Answer, String> {
    let body = json!({
        "fields": {
            "name": format!("Visitor {number}"),
            "phone": format!("+7921{number:07}"),
            "email": format!("visitor{number}@example.com"),
            "message": "Please call me ".repeat(number as usize % 40),
        },
        "attribution": {
            "landing_url": "https://agency.example/?utm_source=google&utm_medium=cpc&gclid=x",
            "referrer": "https://www.google.com/",
        },
    });
    let request = client
        .post(format!("{address}/api/v1/forms/call-back/submissions"))
        .header("content-type", "application/json")
        .header("idempotency-key", key(number))
        .body(body.to_string());
    let Ok(response) = request.send().await else { return Ok(Answer::Gone) };
    match response.status() {
        StatusCode::CREATED => {
            let body = response.bytes().await.unwrap_or_default();
            let body: Value = serde_json::from_slice(&body).unwrap_or_default();
            Ok(Answer::Created(body["id"].as_str().map(|id| id.replace('-', ""))))
        }
        StatusCode::SERVICE_UNAVAILABLE if response.headers().contains_key("retry-after") => {
            Ok(Answer::ComeAgain)
        }
        other => {
            let said = response.text().await.unwrap_or_default();
            Err(format!("{number} was answered {other}: {said}"))
        }
    }
}

fn key(number: u64) -> String {
    format!("crash test {number}")
}

/// Sends one after the other until the server is gone; some twice at once, as impatient visitors do.
async fn drive(client: reqwest::Client, address: String, log: Log, mut chance: Chance) -> Result<(), String> {
    loop {
        let number = with(&log, Sent::take_number);
        let (once, twice) = if chance.below(8) == 0 {
            let both = futures::join!(post(&client, &address, number), post(&client, &address, number));
            (both.0?, Some(both.1?))
        } else {
            (post(&client, &address, number).await?, None)
        };
        for answer in [Some(once), twice].into_iter().flatten() {
            match answer {
                Answer::Created(id) => with(&log, |sent| sent.acknowledge(number, id))?,
                Answer::ComeAgain => tokio::time::sleep(Duration::from_millis(50)).await,
                Answer::Gone => return Ok(()),
            }
        }
    }
}

/// Sends these again, as the widget does, until each has its answer.
async fn retry(
    client: &reqwest::Client,
    server: &Server,
    log: &Log,
    numbers: Vec<u64>,
) -> Result<(), String> {
    let each = stream::iter(numbers.into_iter().map(Ok));
    each.try_for_each_concurrent(RETRIES, |number| async move {
        loop {
            match post(client, &server.address, number).await? {
                Answer::Created(id) => return with(log, |sent| sent.acknowledge(number, id)),
                Answer::ComeAgain => tokio::time::sleep(Duration::from_millis(50)).await,
                Answer::Gone => return Err("the server went away by itself".to_owned()),
            }
        }
    })
    .await
}

/// What is in the file: key to lead. The file itself is not touched; a copy of it is recovered as a restart would.
async fn kept(folder: &Path) -> Result<BTreeMap<String, String>, String> {
    let copy = tempfile::tempdir().unwrap();
    let file = copy.path().join("millrace.db");
    for name in ["millrace.db", "millrace.db-wal"] {
        if folder.join(name).exists() {
            std::fs::copy(folder.join(name), copy.path().join(name)).unwrap();
        }
    }
    let db = open(format!("sqlite://{}", file.display())).await?;
    let verdict = verify(&db, &Actor::SYSTEM).await;
    db.close().await;
    if !matches!(verdict, Ok(Verdict::Intact { .. })) {
        return Err(format!("the audit log: {verdict:?}"));
    }
    read(&file)
}

fn read(file: &Path) -> Result<BTreeMap<String, String>, String> {
    let failed = |failure: faults::Failure| failure.to_string();
    let raw = Raw::open(file, None).map_err(failed)?;
    let texts = |sql: &str| -> Result<Vec<Vec<String>>, String> {
        let text = |value: &faults::Value| value.text().unwrap_or_default().to_owned();
        let rows = raw.rows(sql).map_err(failed)?;
        Ok(rows.iter().map(|row| row.iter().map(text).collect()).collect())
    };
    for (check, whole) in [("integrity_check", vec![vec!["ok".to_owned()]]), ("foreign_key_check", vec![])] {
        let found = texts(&format!("PRAGMA {check}"))?;
        if found != whole {
            return Err(format!("{check}: {found:?}"));
        }
    }
    let leads: BTreeSet<String> = texts("SELECT lower(hex(id)) FROM leads")?.into_iter().flatten().collect();
    let rows = texts("SELECT idempotency_key, lower(hex(lead_id)) FROM submissions")?;
    let by_key: BTreeMap<String, String> = rows
        .iter()
        .filter_map(|row| if let [key, lead] = &row[..] { Some((key.clone(), lead.clone())) } else { None })
        .collect();
    let made: BTreeSet<String> = by_key.values().cloned().collect();
    if leads != made || leads.len() != rows.len() || by_key.len() != rows.len() {
        return Err(format!("{} submissions made {} leads", rows.len(), leads.len()));
    }
    Ok(by_key)
}

/// Whether everything that was acknowledged is there, and nothing that was not sent.
fn compare(sent: &Sent, kept: &BTreeMap<String, String>) -> Result<(), String> {
    for (number, id) in &sent.acknowledged {
        let Some(lead) = kept.get(&key(*number)) else {
            return Err(format!("{number} was acknowledged and is lost"));
        };
        if id.as_ref().is_some_and(|id| id != lead) {
            return Err(format!("{number} was acknowledged as {id:?} and is {lead}"));
        }
    }
    let known: BTreeSet<String> =
        sent.acknowledged.keys().chain(&sent.open).map(|number| key(*number)).collect();
    kept.keys().find(|key| !known.contains(*key)).map_or(Ok(()), |key| Err(format!("nobody sent {key}")))
}

/// Starts, loads and kills the server again and again; how long its starts took, or what was lost.
async fn hunt(log: &Log, rounds: u64, lies: bool, seed: u64) -> Result<Vec<Duration>, String> {
    crate::sso::prepare_tls();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut chance = Chance::new(seed);
    let mut starts = Vec::new();
    let mut again = Vec::new();
    for _ in 0..rounds {
        if chance.below(5) == 0 {
            // Killed while it starts: what recovers must survive that as well.
            let mut process = Server::spawn(folder.path(), lies, chance.draw());
            tokio::time::sleep(Duration::from_millis(chance.below(150))).await;
            process.kill().unwrap();
            process.wait().unwrap();
        }
        let server = Server::start(&client, folder.path(), lies, chance.draw()).await?;
        starts.push(server.started_in);
        retry(&client, &server, log, again).await?;
        let first = with(log, |sent| sent.next);
        let mut load = JoinSet::new();
        for _ in 0..16 + chance.below(49) {
            let chance = Chance::new(chance.draw());
            load.spawn(drive(client.clone(), server.address.clone(), log.clone(), chance));
        }
        tokio::time::sleep(Duration::from_millis(20 + chance.below(500))).await;
        drop(server);
        for driven in load.join_all().await {
            driven?;
        }
        let kept = kept(folder.path()).await?;
        with(log, |sent| compare(sent, &kept))?;
        again = with(log, |sent| (first..sent.next).chain(sent.open.range(..first).copied()).collect());
    }
    let server = Server::start(&client, folder.path(), lies, chance.draw()).await?;
    starts.push(server.started_in);
    retry(&client, &server, log, again).await?;
    drop(server);
    let kept = kept(folder.path()).await?;
    with(log, |sent| compare(sent, &kept))?;
    let all = with(log, |sent| sent.next);
    if kept.len() as u64 == all { Ok(starts) } else { Err(format!("{all} keys made {} leads", kept.len())) }
}

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

fn seed() -> u64 {
    from_environment("SEED").unwrap_or_else(|| getrandom::u64().unwrap())
}

#[test]
#[expect(clippy::print_stdout, reason = "figures are for people, and not tested")]
fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    run(async {
        let (rounds, seed) = (from_environment("ROUNDS").unwrap_or(20), seed());
        let log = Log::default();
        let mut starts = hunt(&log, rounds, false, seed)
            .await
            .unwrap_or_else(|lost| panic!("SEED={seed} ROUNDS={rounds}: {lost}"));
        starts.sort_unstable();
        println!(
            "SEED={seed}: killed {rounds} times, {} leads, none lost; start to first answer {:?}, at most {:?}",
            with(&log, |sent| sent.acknowledged.len()),
            starts[starts.len() / 2],
            starts[starts.len() - 1],
        );
    });
}

#[test]
#[expect(clippy::print_stdout, reason = "what was found is for people")]
fn a_disk_that_does_not_sync_is_found_out() {
    run(async {
        let seed = seed();
        let log = Log::default();
        let lost = hunt(&log, 20, true, seed).await;
        assert!(with(&log, |sent| !sent.acknowledged.is_empty()), "SEED={seed}: nothing was acknowledged");
        println!("SEED={seed}: {}", lost.expect_err("nothing is synced, and nothing was lost"));
    });
}
