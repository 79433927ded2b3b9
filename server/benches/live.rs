//! How soon everybody sees a move: `cargo bench -p server --bench live`.
//!
//! The binary is run as people run it, and asked over HTTP. `LIVE_VIEWERS` (50) event streams are held open by five people, as their
//! pages hold them; one more moves deals back and forth between two stages, `LIVE_MOVES` (200) times, one move at a time. A move takes
//! from when it is asked for until the last viewer has heard of it: the commit is part of it. What is printed are rows of tables for
//! `docs/benchmarks.md`.
//!
//! `FOLDER` where the data are, `MILLRACE_TEST_POSTGRES` for PostgreSQL as well.
#![expect(clippy::print_stdout, reason = "its tables are all it is for")]

#[path = "intake/database.rs"]
mod database;
#[path = "intake/product.rs"]
mod product;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use product::{PASSWORD, Product};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

/// Those who look.
const PEOPLE: [&str; 5] = ["alla", "boris", "clara", "denis", "elena"];
/// The one who moves.
const MOVER: &str = "fedor";
/// Deals that are moved in turn: what is late of one move is not taken for the next.
const DEALS: usize = 20;
/// Moves before any is counted.
const WARM_UP: usize = 20;
/// Longer than this nobody waits for an event.
const PATIENCE: Duration = Duration::from_secs(10);
/// The database on a PostgreSQL server.
const DATABASE: &str = "millrace_live";

fn main() -> anyhow::Result<()> {
    let number = |name: &str, usual: usize| -> anyhow::Result<usize> {
        std::env::var(name).map_or(Ok(usual), |text| text.parse().with_context(|| format!("{name}={text}")))
    };
    let (viewers, moves) = (number("LIVE_VIEWERS", 50)?.max(1), number("LIVE_MOVES", 200)?.max(1));
    let folder = std::env::var("FOLDER").unwrap_or_else(|_| env!("CARGO_TARGET_TMPDIR").to_owned());
    let folder = tempfile::tempdir_in(folder)?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        println!("| database | viewers | moves | heard by all, median | p95 | max | answered, median |");
        println!("| --- | --- | --- | --- | --- | --- | --- |");
        run("SQLite", &folder.path().join("sqlite"), None, viewers, moves).await?;
        if let Ok(server) = std::env::var("MILLRACE_TEST_POSTGRES") {
            let url = database::create(&server, DATABASE).await?;
            run("PostgreSQL", &folder.path().join("postgres"), Some(&url), viewers, moves).await?;
            database::remove(&server, DATABASE).await?;
            if !database::is_durable(&server).await? {
                println!("\nThis PostgreSQL does not sync: its moves are faster than they would be.");
            }
        }
        println!("\nWanted: at most 150 ms until 50 viewers have heard of a move.");
        Ok(())
    })
}

async fn run(
    name: &str,
    data: &Path,
    database: Option<&str>,
    viewers: usize,
    moves: usize,
) -> anyhow::Result<()> {
    for person in PEOPLE.into_iter().chain([MOVER]) {
        Product::add(data, database, person, "admin")?;
    }
    let product = Product::start(data, database)?;
    let mut mover = Session::begin(product.address, MOVER).await?;
    let choices = mover.ask("deals/choices", &json!({})).await?;
    let stages = open_stages(&choices)?;
    let mut deals = Vec::with_capacity(DEALS);
    for number in 0..DEALS {
        deals.push(mover.open_deal(number, &stages).await?);
    }
    let (hear, mut heard) = mpsc::unbounded_channel();
    let mut sessions = Vec::with_capacity(PEOPLE.len());
    for person in PEOPLE {
        sessions.push(Session::begin(product.address, person).await?);
    }
    for (viewer, session) in (0..viewers).zip(sessions.iter().cycle()) {
        session.watch(viewer, hear.clone()).await?;
    }
    let (mut all, mut answered) = (Vec::with_capacity(moves), Vec::with_capacity(moves));
    for step in 0..WARM_UP + moves {
        let place = step % DEALS;
        let deal = &mut deals[place];
        let begun = Instant::now();
        mover.advance(deal).await?;
        let answer = begun.elapsed();
        let last = heard_by_all(&mut heard, viewers, &deal.id, begun).await?;
        if step >= WARM_UP {
            all.push(last);
            answered.push(answer);
        }
    }
    all.sort_unstable();
    answered.sort_unstable();
    println!(
        "| {name} | {viewers} | {moves} | {} | {} | {} | {} |",
        millis(share(&all, 0.5)),
        millis(share(&all, 0.95)),
        millis(share(&all, 1.0)),
        millis(share(&answered, 0.5)),
    );
    Ok(())
}

/// The two first stages of the first pipeline: deals go from one to the other and back.
fn open_stages(choices: &Value) -> anyhow::Result<[String; 2]> {
    let stages = choices["pipelines"][0]["stages"].as_array().context("no pipeline")?;
    let open = stages.iter().filter(|stage| stage["kind"] == "open");
    let mut open = open.filter_map(|stage| stage["id"].as_str());
    match (open.next(), open.next()) {
        (Some(first), Some(second)) => Ok([first.to_owned(), second.to_owned()]),
        _ => bail!("a pipeline of fewer than two open stages"),
    }
}

/// What a viewer was told, and when.
struct Heard {
    viewer: usize,
    line: String,
    at: Instant,
}

/// How long after `begun` the last of the viewers heard of the deal.
async fn heard_by_all(
    heard: &mut UnboundedReceiver<Heard>,
    viewers: usize,
    deal: &str,
    begun: Instant,
) -> anyhow::Result<Duration> {
    let mut waiting: BTreeSet<usize> = (0..viewers).collect();
    let mut last = Duration::ZERO;
    while !waiting.is_empty() {
        let told = tokio::time::timeout(PATIENCE, heard.recv()).await;
        let told = told.with_context(|| format!("{} viewers were not told", waiting.len()))?;
        let told = told.context("no viewer is left")?;
        if told.at >= begun && told.line.contains(deal) && waiting.remove(&told.viewer) {
            last = last.max(told.at - begun);
        }
    }
    Ok(last)
}

/// A deal that is moved.
struct Deal {
    id: String,
    version: i64,
    /// Where it goes next, and where after that.
    next: [String; 2],
}

/// A signed-in person with a connection that is kept open.
struct Session {
    address: SocketAddr,
    stream: TcpStream,
    cookie: String,
}

impl Session {
    async fn begin(address: SocketAddr, person: &str) -> anyhow::Result<Session> {
        let mut session = Session { address, stream: connect(address).await?, cookie: String::new() };
        let email = format!("{person}@example.com");
        let form = [("email", email), ("password", PASSWORD.to_owned()), ("next", "/".to_owned())];
        let (headers, _) = session.post("session/begin", FORM, &encoded(&form)).await?;
        let cookie = headers.get("set-cookie").context("no session began")?;
        session.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(session)
    }

    /// Asks a server function that takes JSON.
    async fn ask(&mut self, function: &str, with: &Value) -> anyhow::Result<Value> {
        let (_, body) = self.post(function, "application/json", &with.to_string()).await?;
        Ok(serde_json::from_str(&body)?)
    }

    /// A new deal, which begins in the first of the stages.
    async fn open_deal(&mut self, number: usize, stages: &[String; 2]) -> anyhow::Result<Deal> {
        let form = [
            ("title", format!("Deal {number}")),
            ("amount", String::new()),
            ("currency", "EUR".into()),
            ("expected_close", String::new()),
        ];
        let (_, body) = self.post("deals/create", FORM, &encoded(&form)).await?;
        let id: String = serde_json::from_str(&body)?;
        let shown = self.ask("deals/show", &json!({ "id": id })).await?;
        let version = shown["version"].as_i64().context("a deal without a version")?;
        let [first, second] = stages.clone();
        Ok(Deal { id, version, next: [second, first] })
    }

    /// Moves the deal on, as the board does.
    async fn advance(&mut self, deal: &mut Deal) -> anyhow::Result<()> {
        let form = [
            ("id", deal.id.clone()),
            ("version", deal.version.to_string()),
            ("to", deal.next[0].clone()),
            ("loss_reason", String::new()),
            ("note", String::new()),
        ];
        let (_, body) = self.post("deals/advance", FORM, &encoded(&form)).await?;
        deal.version = body.trim().parse().with_context(|| format!("no version: {body}"))?;
        deal.next.swap(0, 1);
        Ok(())
    }

    /// Sends a form and reads the answer: its headers, the last of each name, and its body.
    async fn post(
        &mut self,
        function: &str,
        kind: &str,
        body: &str,
    ) -> anyhow::Result<(BTreeMap<String, String>, String)> {
        let request = format!(
            "POST /fn/{function} HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\nAccept: application/json\r\n\
             Content-Type: {kind}\r\nCookie: {}\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            self.cookie,
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await?;
        let mut received = Vec::with_capacity(4096);
        let head = read_head(&mut self.stream, &mut received).await?;
        let text = String::from_utf8_lossy(&received[..head]).into_owned();
        let headers: BTreeMap<String, String> = text
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let length: usize = headers.get("content-length").context("no length")?.parse()?;
        while received.len() < head + length {
            read_more(&mut self.stream, &mut received).await?;
        }
        let body = String::from_utf8_lossy(&received[head..head + length]).into_owned();
        let status = text.get(9..12).unwrap_or("nothing");
        ensure!(status == "200", "{function} was answered {status}: {body}");
        Ok((headers, body))
    }

    /// Opens an event stream, which is heard for as long as anybody listens to `hear`.
    async fn watch(&self, viewer: usize, hear: UnboundedSender<Heard>) -> anyhow::Result<()> {
        let mut stream = connect(self.address).await?;
        let request = format!(
            "GET /live HTTP/1.1\r\nHost: {}\r\nAccept: text/event-stream\r\nCookie: {}\r\n\r\n",
            self.address, self.cookie
        );
        stream.write_all(request.as_bytes()).await?;
        let mut received = Vec::with_capacity(4096);
        let head = read_head(&mut stream, &mut received).await?;
        ensure!(received.starts_with(b"HTTP/1.1 200"), "an event stream was refused");
        received.drain(..head);
        tokio::spawn(async move {
            loop {
                let at = Instant::now();
                while let Some(end) = received.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = received.drain(..=end).collect();
                    let line = String::from_utf8_lossy(&line).into_owned();
                    if line.starts_with("data:") && hear.send(Heard { viewer, line, at }).is_err() {
                        return;
                    }
                }
                if read_more(&mut stream, &mut received).await.is_err() {
                    return;
                }
            }
        });
        Ok(())
    }
}

/// What plain forms are sent as.
const FORM: &str = "application/x-www-form-urlencoded";

fn encoded(form: &[(&str, String)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

async fn connect(address: SocketAddr) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect(address).await.context("cannot connect")?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Reads until the head of an answer is there; how long it is.
async fn read_head(stream: &mut TcpStream, received: &mut Vec<u8>) -> anyhow::Result<usize> {
    loop {
        if let Some(end) = received.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            return Ok(end + 4);
        }
        read_more(stream, received).await?;
    }
}

async fn read_more(stream: &mut TcpStream, received: &mut Vec<u8>) -> anyhow::Result<()> {
    ensure!(stream.read_buf(received).await? > 0, "the server closed the connection");
    Ok(())
}

/// What that share of ascending `times` does not exceed.
fn share(times: &[Duration], part: f64) -> Duration {
    let place = (times.len() as f64 * part) as usize;
    times.get(place.min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
