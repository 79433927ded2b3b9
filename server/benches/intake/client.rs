//! A client of little overhead: it shares two cores with the server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// What became of a request.
enum Answer {
    /// 201.
    Created,
    /// 503 or 429, and whether it says when to come again.
    Busy {
        told: bool,
    },
    Other(u16),
}

/// A connection that is kept open; one request at a time.
struct Connection {
    stream: TcpStream,
    /// Bytes of the answer so far.
    received: Vec<u8>,
}

/// A submission as the widget sends it. Whatever differs between two of them does so by these seven digits.
fn request(number: u64) -> String {
    let body = format!(
        r#"{{"fields":{{"name":"Анна Ветрова","phone":"+7921{number:07}","email":"visitor{number:07}@example.com","message":"Please call me after six, it is about the contract for next year."}},"attribution":{{"landing_url":"https://www.agency.example/?utm_source=google&utm_medium=cpc&utm_campaign=consulting&utm_term=business+consultant&gclid=x{number:07}","referrer":"https://www.google.com/","first_landing_url":"https://www.agency.example/?yclid=y{number:07}","first_referrer":"https://yandex.ru/"}},"lang":"en"}}"#
    );
    format!(
        "POST /api/v1/forms/call-back/submissions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
         Idempotency-Key: benchmark-{number:07}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

impl Connection {
    async fn open(address: SocketAddr) -> anyhow::Result<Connection> {
        let stream = TcpStream::connect(address).await.context("cannot connect")?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, received: Vec::with_capacity(4096) })
    }

    async fn submit(&mut self, number: u64) -> anyhow::Result<Answer> {
        self.stream.write_all(request(number).as_bytes()).await?;
        self.received.clear();
        let head = loop {
            if let Some(end) = self.received.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
            self.read_more().await?;
        };
        let text = String::from_utf8_lossy(&self.received[..head]).to_ascii_lowercase();
        let header = |name: &str| {
            text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
        };
        let status: u16 = text.get(9..12).unwrap_or_default().parse().context("no status")?;
        let length: usize = header("content-length").context("no length")?.parse()?;
        let told = header("retry-after").is_some();
        while self.received.len() < head + length {
            self.read_more().await?;
        }
        Ok(match status {
            201 => Answer::Created,
            429 | 503 => Answer::Busy { told },
            other => Answer::Other(other),
        })
    }

    async fn read_more(&mut self) -> anyhow::Result<()> {
        if self.stream.read_buf(&mut self.received).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

/// What came of a load.
#[derive(Default)]
pub struct Load {
    pub created: u64,
    pub busy: u64,
    /// How many of those were told when to come again.
    pub busy_told: u64,
    pub took: Duration,
    /// Of what was created, ascending after [`Load::sort`].
    pub latencies: Vec<Duration>,
}

impl Load {
    fn count(&mut self, answer: &Answer, latency: Duration) -> anyhow::Result<()> {
        match answer {
            Answer::Created => {
                self.created += 1;
                self.latencies.push(latency);
            }
            Answer::Busy { told } => {
                self.busy += 1;
                self.busy_told += u64::from(*told);
            }
            Answer::Other(status) => bail!("a submission was answered {status}"),
        }
        Ok(())
    }

    pub fn add(&mut self, other: Load) {
        self.created += other.created;
        self.busy += other.busy;
        self.busy_told += other.busy_told;
        self.took += other.took;
        self.latencies.extend(other.latencies);
    }

    fn sort(mut self) -> Load {
        self.latencies.sort_unstable();
        self
    }

    /// Leads a second.
    pub fn rate(&self) -> f64 {
        self.created as f64 / self.took.as_secs_f64()
    }
}

/// When to stop.
#[derive(Clone, Copy)]
pub enum Until {
    After(Duration),
    /// So many leads more.
    Leads(u64),
}

/// Each connection sends the next one when the one before is answered. `numbers` gives every submission its own.
pub async fn closed(
    address: SocketAddr,
    connections: usize,
    until: Until,
    numbers: &Arc<AtomicU64>,
) -> anyhow::Result<Load> {
    let begun = Instant::now();
    let last = match until {
        Until::After(_) => u64::MAX,
        Until::Leads(more) => numbers.load(Ordering::Relaxed) + more,
    };
    let end = match until {
        Until::After(time) => Some(begun + time),
        Until::Leads(_) => None,
    };
    let mut senders = JoinSet::new();
    for _ in 0..connections {
        let numbers = numbers.clone();
        senders.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut load = Load::default();
            while end.is_none_or(|end| Instant::now() < end) && numbers.load(Ordering::Relaxed) < last {
                let number = numbers.fetch_add(1, Ordering::Relaxed);
                let sent = Instant::now();
                let answer = connection.submit(number).await?;
                load.count(&answer, sent.elapsed())?;
            }
            anyhow::Ok(load)
        });
    }
    gathered(senders, begun).await
}

/// Requests are due at `rate` a second whatever becomes of those before; latencies count from when they were due.
pub async fn open(
    address: SocketAddr,
    connections: usize,
    rate: f64,
    time: Duration,
    numbers: &Arc<AtomicU64>,
) -> anyhow::Result<Load> {
    let begun = Instant::now() + Duration::from_millis(500);
    let next = Arc::new(AtomicU64::new(0));
    let mut senders = JoinSet::new();
    for _ in 0..connections {
        let (numbers, next) = (numbers.clone(), next.clone());
        senders.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut load = Load::default();
            loop {
                let due = next.fetch_add(1, Ordering::Relaxed) as f64 / rate;
                let due = begun + Duration::from_secs_f64(due);
                // What no connection was free for in time is not sent any more.
                if due.max(Instant::now()) >= begun + time {
                    return anyhow::Ok(load);
                }
                tokio::time::sleep_until(due.into()).await;
                let answer = connection.submit(numbers.fetch_add(1, Ordering::Relaxed)).await?;
                load.count(&answer, due.elapsed())?;
            }
        });
    }
    gathered(senders, begun).await
}

async fn gathered(mut senders: JoinSet<anyhow::Result<Load>>, begun: Instant) -> anyhow::Result<Load> {
    let mut all = Load::default();
    while let Some(load) = senders.join_next().await {
        all.add(load??);
    }
    all.took = begun.elapsed();
    Ok(all.sort())
}
