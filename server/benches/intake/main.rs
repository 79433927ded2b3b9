//! How fast leads come in, against the database itself: `cargo bench -p server --bench intake`.
//!
//! The binary is run as people run it, with its bot checks and limits off, and asked over HTTP by 64 connections that are kept open.
//! In turn with it, on the same disk and with the same settings and schema, the database alone writes the same rows: (a) one lead a
//! durable commit, (b) a hundred. What those rows are is read from what Millrace wrote for one submission. All of it is printed as
//! tables for `docs/benchmarks.md`.
//!
//! `LEADS` (20000) up to how many the database grows, `ROUNDS` (7) and `SECONDS` (2) of each measurement, `FOLDER` where the data
//! are, `MILLRACE_TEST_POSTGRES` for PostgreSQL as well (a server that really syncs: `scripts/postgres.sh` starts none).
#![expect(clippy::print_stdout, reason = "its tables are all it is for")]

mod baseline;
mod client;
mod database;
mod postgres;
mod product;
mod rows;
mod sqlite;

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use baseline::Baseline;
use client::{Load, Until, closed, open};
use postgres::Postgres;
use product::Product;
use sqlite::Sqlite;

/// Connections of the load, as many as the goals are told for.
const CONNECTIONS: usize = 64;
/// Connections of the overload: more than may wait in the server.
const CROWD: usize = 3000;
/// How much more is offered than can be taken.
const OVERLOAD: f64 = 5.0;
const RESTARTS: usize = 7;
/// Says that the limit of open files was raised already.
const RAISED: &str = "INTAKE_BENCHMARK_RAISED";

/// What a run is asked for.
struct Wish {
    leads: u64,
    rounds: usize,
    time: Duration,
}

/// Which database.
#[derive(Clone, Copy)]
enum Kind<'a> {
    Sqlite,
    /// On that server.
    Postgres(&'a str),
}

/// Millrace and the baseline, each with a fresh database that has the same people in it.
struct Pair {
    product: Product,
    data: std::path::PathBuf,
    url: Option<String>,
    baseline: Baseline,
    numbers: Arc<AtomicU64>,
}

fn main() -> anyhow::Result<()> {
    raise_file_limit();
    let number = |name: &str, usual: u64| -> anyhow::Result<u64> {
        std::env::var(name).map_or(Ok(usual), |text| text.parse().with_context(|| format!("{name}={text}")))
    };
    let wish = Wish {
        leads: number("LEADS", 20_000)?,
        rounds: number("ROUNDS", 7)?.max(1) as usize,
        time: Duration::from_secs(number("SECONDS", 2)?.max(1)),
    };
    let folder = std::env::var("FOLDER").unwrap_or_else(|_| env!("CARGO_TARGET_TMPDIR").to_owned());
    let folder = tempfile::tempdir_in(folder)?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        println!("{}\n", machine());
        run(&wish, Kind::Sqlite, folder.path()).await?;
        if let Ok(server) = std::env::var("MILLRACE_TEST_POSTGRES") {
            if !database::is_durable(&server).await? {
                println!("This PostgreSQL does not sync: its figures compare nothing.\n");
            }
            run(&wish, Kind::Postgres(&server), folder.path()).await?;
        }
        Ok(())
    })
}

/// The overload has more connections than a shell usually allows files; the server inherits what is allowed here.
fn raise_file_limit() {
    if std::env::var_os(RAISED).is_some() {
        return;
    }
    if let Ok(program) = std::env::current_exe() {
        // Only a failure comes back.
        let failure = Command::new("sh")
            .args(["-c", "ulimit -n \"$(ulimit -H -n)\"; exec \"$0\" \"$@\""])
            .arg(program)
            .args(std::env::args_os().skip(1))
            .env(RAISED, "1")
            .exec();
        println!("The limit of open files stays as it is: {failure}\n");
    }
}

fn machine() -> String {
    let read = |path: &str, name: &str| {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.split_once(':'));
        line.map_or_else(|| "?".to_owned(), |(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let (model, memory) = (read("/proc/cpuinfo", "model name"), read("/proc/meminfo", "MemTotal"));
    format!("{cores} cores, {model}, {memory} of memory; client and server share them")
}

async fn run(wish: &Wish, kind: Kind<'_>, folder: &Path) -> anyhow::Result<()> {
    let name = match kind {
        Kind::Sqlite => "SQLite",
        Kind::Postgres(_) => "PostgreSQL",
    };
    println!("### {name}\n");
    let mut pair = Pair::new(kind, folder, "speed").await?;
    let peak = speed(&mut pair, wish, folder, name).await?;
    overload(&pair, wish, peak).await?;
    restarts(pair, wish).await?;
    let pair = Pair::new(kind, folder, "growth").await?;
    growth(pair, wish).await?;
    if let Kind::Postgres(server) = kind {
        for of in ["speed", "growth"] {
            for part in ["subject", "baseline"] {
                database::remove(server, &format!("millrace_{of}_{part}")).await?;
            }
        }
    }
    Ok(())
}

/// The form asks for no proof of work, which would be the benchmark's own to do; all else is on, as people run it.
async fn unguard(data: &Path, url: Option<&str>) -> anyhow::Result<()> {
    let off = "UPDATE forms SET guarded = FALSE";
    match url {
        Some(url) => postgres::run(url, off).await,
        None => Ok(faults::Raw::open(&data.join("millrace.db"), None)?.run(off)?),
    }
}

impl Pair {
    async fn new(kind: Kind<'_>, folder: &Path, of: &str) -> anyhow::Result<Pair> {
        let folder =
            folder.join(format!("{of}-{}", if let Kind::Sqlite = kind { "sqlite" } else { "postgres" }));
        let (data, beside) = (folder.join("subject"), folder.join("baseline"));
        let (url, other) = match kind {
            Kind::Sqlite => (None, None),
            Kind::Postgres(server) => (
                Some(database::create(server, &format!("millrace_{of}_subject")).await?),
                Some(database::create(server, &format!("millrace_{of}_baseline")).await?),
            ),
        };
        std::fs::create_dir_all(&folder)?;
        for (data, url) in [(&data, &url), (&beside, &other)] {
            // They take leads in turn.
            for name in ["alla", "boris", "clara"] {
                Product::add(data, url.as_deref(), name, "sales_rep")?;
            }
            unguard(data, url.as_deref()).await?;
        }
        let baseline = Pair::baseline(&beside, other.as_deref()).await?;
        let product = Product::start(&data, url.as_deref())?;
        Ok(Pair { product, data, url, baseline, numbers: Arc::default() })
    }

    /// Millrace itself writes the sample into the baseline's database.
    async fn baseline(data: &Path, url: Option<&str>) -> anyhow::Result<Baseline> {
        let product = Product::start(data, url)?;
        let numbers = Arc::new(AtomicU64::new(rows::SAMPLE - 1));
        closed(product.address, 1, Until::Leads(1), &numbers).await?;
        if let Some(url) = url {
            let before = postgres::Before::look(url).await?;
            closed(product.address, 1, Until::Leads(1), &numbers).await?;
            drop(product);
            let baseline: Postgres = before.baseline(url).await?;
            return Ok(Baseline::Postgres(baseline));
        }
        let file = data.join("millrace.db");
        let before = sqlite::Before::look(&file)?;
        closed(product.address, 1, Until::Leads(1), &numbers).await?;
        let pattern = before.pattern(&file)?;
        drop(product);
        Ok(Baseline::Sqlite(Sqlite::open(&file, pattern)?))
    }

    async fn load(&self, until: Until) -> anyhow::Result<Load> {
        closed(self.product.address, CONNECTIONS, until, &self.numbers).await
    }
}

/// Leads a second beside both baselines; answers the median.
async fn speed(pair: &mut Pair, wish: &Wish, folder: &Path, name: &str) -> anyhow::Result<f64> {
    pair.load(Until::After(Duration::from_secs(1))).await?;
    pair.baseline.write(100, Duration::from_millis(500)).await?;
    let mut all = Load::default();
    let (mut rates, mut ones, mut hundreds, mut by_one, mut by_hundred) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut syncs = Vec::new();
    for _ in 0..wish.rounds {
        let load = pair.load(Until::After(wish.time)).await?;
        let hundred = pair.baseline.write(100, wish.time).await?.rate();
        let one = pair.baseline.write(1, wish.time / 2).await?.rate();
        syncs.extend(sqlite::syncs(folder, 100)?);
        rates.push(load.rate());
        by_one.push(load.rate() / one);
        by_hundred.push(load.rate() / hundred);
        ones.push(one);
        hundreds.push(hundred);
        all.add(load);
    }
    syncs.sort_unstable();
    all.latencies.sort_unstable();
    let (sync, p50, p99) = (share(&syncs, 0.5), share(&all.latencies, 0.5), share(&all.latencies, 0.99));
    let rate = median(&mut rates);
    println!("{} rows a lead; medians of {} rounds.\n", pair.baseline.pattern().rows(), wish.rounds);
    println!("| database | Millrace, leads/s | (a) 1 a commit | × (a) | (b) 100 a commit | × (b) |");
    println!("| --- | --- | --- | --- | --- | --- |");
    println!(
        "| {name} | {rate:.0} | {:.0} | {:.1} | {:.0} | {:.2} |\n",
        median(&mut ones),
        median(&mut by_one),
        median(&mut hundreds),
        median(&mut by_hundred),
    );
    println!("| database | one sync | p50 | p99 | p99 ÷ sync |");
    println!("| --- | --- | --- | --- | --- |");
    println!(
        "| {name} | {} | {} | {} | {:.1} |\n",
        millis(sync),
        millis(p50),
        millis(p99),
        p99.as_secs_f64() / sync.as_secs_f64(),
    );
    Ok(rate)
}

/// What is left of the speed when more comes than can be taken.
async fn overload(pair: &Pair, wish: &Wish, peak: f64) -> anyhow::Result<()> {
    let time = 2 * wish.time;
    let load = open(pair.product.address, CROWD, OVERLOAD * peak, time, &pair.numbers).await?;
    let sent = (load.created + load.busy) as f64 / load.took.as_secs_f64();
    println!("| offered/s | × peak | kept/s | of peak | 503 | with `Retry-After` | p99 of the kept |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    println!(
        "| {sent:.0} | {:.1} | {:.0} | {:.0} % | {} | {} | {} |\n",
        sent / peak,
        load.rate(),
        100.0 * load.rate() / peak,
        load.busy,
        load.busy_told,
        millis(share(&load.latencies, 0.99)),
    );
    // Whoever was sent away came for nothing, but nobody is left waiting when it is over.
    let after = pair.load(Until::After(wish.time)).await?;
    println!("Afterwards {:.0} leads/s.\n", after.rate());
    Ok(())
}

/// Killed under load, how soon does it take the next lead?
async fn restarts(pair: Pair, wish: &Wish) -> anyhow::Result<()> {
    let Pair { mut product, data, url, numbers, .. } = pair;
    let mut took = Vec::new();
    for _ in 0..RESTARTS {
        let (address, time, sending) = (product.address, 2 * wish.time, numbers.clone());
        let load =
            tokio::spawn(async move { closed(address, CONNECTIONS, Until::After(time), &sending).await });
        tokio::time::sleep(Duration::from_millis(500)).await;
        drop(product);
        // It ends with its connections.
        if load.await?.is_ok() {
            println!("The load had ended before the server was killed.\n");
        }
        let begun = Instant::now();
        product = Product::start(&data, url.as_deref())?;
        closed(product.address, 1, Until::Leads(1), &numbers).await?;
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    println!(
        "Killed under load, from its start to the next lead kept: {} (median of {RESTARTS}), at most {}.\n",
        millis(share(&took, 0.5)),
        millis(share(&took, 1.0)),
    );
    Ok(())
}

/// The speed while the database grows.
async fn growth(mut pair: Pair, wish: &Wish) -> anyhow::Result<()> {
    const STEPS: u64 = 10;
    println!("| leads there | Millrace, leads/s | (b) 100 a commit | × (b) |");
    println!("| --- | --- | --- | --- |");
    let (mut best, mut worst) = (0.0_f64, f64::INFINITY);
    let mut beside = 0;
    for step in 0..=STEPS {
        let wanted = wish.leads * step / STEPS;
        let there = pair.numbers.load(Ordering::Relaxed);
        if wanted > there {
            pair.load(Until::Leads(wanted - there)).await?;
        }
        if wanted > beside {
            pair.baseline.fill(wanted - beside).await?;
        }
        beside = beside.max(wanted);
        let there = pair.numbers.load(Ordering::Relaxed);
        let load = pair.load(Until::After(wish.time)).await?;
        let hundred = pair.baseline.write(100, wish.time).await?;
        beside += hundred.leads;
        println!(
            "| {there} | {:.0} | {:.0} | {:.2} |",
            load.rate(),
            hundred.rate(),
            load.rate() / hundred.rate()
        );
        (best, worst) = (best.max(load.rate()), worst.min(load.rate()));
    }
    println!("\nThe fastest of these is {:.2} × the slowest.\n", best / worst);
    Ok(())
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

/// What that share of ascending `times` does not exceed.
fn share(times: &[Duration], part: f64) -> Duration {
    let place = (times.len() as f64 * part) as usize;
    times.get(place.min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
