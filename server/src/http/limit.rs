//! Counting tries per key in bounded memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Keys that are remembered.
const MOST: usize = 4096;
/// Characters of a key that count: whoever types more is slowed down together with others who do.
const KEY: usize = 254;

/// So many tries at once, then one per `every`.
pub struct Limit {
    burst: u32,
    every: Duration,
    /// Until when the tries of a key last.
    used: Mutex<HashMap<String, Instant>>,
}

impl Limit {
    pub fn new(burst: u32, every: Duration) -> Self {
        Limit { burst, every, used: Mutex::default() }
    }

    /// One more try of `key` at `now`; when there were too many, the seconds until the next one.
    pub fn check(&self, key: &str, now: Instant) -> Result<(), u32> {
        let key: String = key.chars().take(KEY).collect();
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let until = used.get(&key).copied().unwrap_or(now).max(now);
        let room = self.every * (self.burst - 1);
        let ahead = until - now;
        if ahead > room {
            let seconds = (ahead - room).as_secs_f64().ceil();
            return Err(seconds as u32);
        }
        if used.len() >= MOST && !used.contains_key(&key) {
            evict(&mut used, now);
        }
        used.insert(key, until + self.every);
        Ok(())
    }

    /// The tries of `key` count no more.
    pub fn forget(&self, key: &str) {
        let key: String = key.chars().take(KEY).collect();
        self.used.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }
}

/// Makes room: what has run out goes, else the quarter that would run out first, which are those with the fewest tries.
fn evict(used: &mut HashMap<String, Instant>, now: Instant) {
    used.retain(|_, until| *until > now);
    if used.len() >= MOST {
        let mut ends: Vec<Instant> = used.values().copied().collect();
        ends.sort_unstable();
        let least = ends[MOST / 4];
        used.retain(|_, until| *until > least);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_burst_then_one_at_a_time() {
        let limit = Limit::new(3, MINUTE);
        let now = Instant::now();
        for _ in 0..3 {
            limit.check("a", now).unwrap();
        }
        assert_eq!(limit.check("a", now), Err(60));
        assert_eq!(limit.check("a", now + MINUTE / 2), Err(30));
        assert_eq!(limit.check("b", now), Ok(()));
        assert_eq!(limit.check("a", now + MINUTE), Ok(()));
        assert_eq!(limit.check("a", now + MINUTE), Err(60));
        limit.forget("a");
        assert_eq!(limit.check("a", now + MINUTE), Ok(()));
    }

    #[test]
    fn a_million_addresses_take_no_more_room_than_a_few_thousand() {
        let limit = Limit::new(60, Duration::from_secs(1));
        let now = Instant::now();
        let mut most = 0;
        for i in 0..1_000_000_u32 {
            let address = std::net::Ipv4Addr::from(i).to_string();
            limit.check(&address, now).unwrap();
            // The map grows by one key a call at most: looking now and then misses fewer than the steps between.
            if i % 1000 == 0 || i == 999_999 {
                most = most.max(limit.used.lock().unwrap().len());
            }
        }
        assert!(most <= MOST, "{most}");
        assert!(limit.used.lock().unwrap().capacity() <= 4 * MOST);
    }

    #[test]
    fn memory_is_bounded_and_the_busiest_are_remembered() {
        let limit = Limit::new(3, MINUTE);
        let now = Instant::now();
        for _ in 0..3 {
            limit.check("guessed", now).unwrap();
        }
        for i in 0..3 * MOST {
            limit.check(&i.to_string(), now).unwrap();
        }
        let kept = limit.used.lock().unwrap().len();
        assert!(kept <= MOST, "{kept}");
        assert!(limit.check("guessed", now).is_err());
        limit.check(&"x".repeat(1 << 20), now).unwrap();
        assert!(limit.used.lock().unwrap().keys().all(|key| key.len() <= KEY));
    }
}
