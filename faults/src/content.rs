//! What a file holds while some of it has not reached the disk.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use crate::chance::Chance;

/// Bytes that a disk writes whole or not at all.
pub(crate) const SECTOR: u64 = 512;

type Sector = [u8; SECTOR as usize];

/// A result code of SQLite that is none of success.
pub(crate) type Code = std::ffi::c_int;

/// The file on the disk. What the operating system has taken counts as being there: no killed process takes it away.
pub(crate) trait Base {
    /// Fills `into`, beyond the end with zeros.
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<(), Code>;
    fn write(&mut self, at: u64, bytes: &[u8]) -> Result<(), Code>;
    /// Makes the file that long, be it shorter or longer than before.
    fn resize(&mut self, len: u64) -> Result<(), Code>;
}

/// A file as everybody in this process sees it: the disk's bytes below the sectors that were written since.
#[derive(Debug)]
pub(crate) struct Content {
    len: u64,
    /// Bytes on the disk that still count: what was cut off does not come back when the file grows again.
    solid: u64,
    /// How long the file on the disk is.
    on_disk: u64,
    sectors: HashMap<u64, Box<Sector>>,
    /// Sectors that no sync has been asked for.
    fresh: BTreeSet<u64>,
}

impl Content {
    /// A file of `len` bytes, all of them on the disk.
    pub(crate) fn of(len: u64) -> Content {
        Content { len, solid: len, on_disk: len, sectors: HashMap::new(), fresh: BTreeSet::new() }
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Fills `into`, beyond the end with zeros; answers how many bytes stand before the end.
    pub(crate) fn read(&self, base: &mut impl Base, at: u64, into: &mut [u8]) -> Result<usize, Code> {
        let there = (into.len() as u64).min(self.len.saturating_sub(at)) as usize;
        into.fill(0);
        let solid = (there as u64).min(self.solid.saturating_sub(at)) as usize;
        base.read(at, &mut into[..solid])?;
        let end = at + there as u64;
        for number in sectors(at, end) {
            if let Some(sector) = self.sectors.get(&number) {
                let (from, to) = shared(number, at, end);
                let start = number * SECTOR;
                into[(from - at) as usize..(to - at) as usize]
                    .copy_from_slice(&sector[(from - start) as usize..(to - start) as usize]);
            }
        }
        Ok(there)
    }

    pub(crate) fn write(&mut self, base: &mut impl Base, at: u64, bytes: &[u8]) -> Result<(), Code> {
        let end = at + bytes.len() as u64;
        for number in sectors(at, end) {
            let start = number * SECTOR;
            if !self.sectors.contains_key(&number) {
                let mut sector = Box::new([0; SECTOR as usize]);
                self.read(base, start, &mut *sector)?;
                self.sectors.insert(number, sector);
            }
            let (from, to) = shared(number, at, end);
            if let Some(sector) = self.sectors.get_mut(&number) {
                sector[(from - start) as usize..(to - start) as usize]
                    .copy_from_slice(&bytes[(from - at) as usize..(to - at) as usize]);
            }
            self.fresh.insert(number);
        }
        self.len = self.len.max(end);
        Ok(())
    }

    pub(crate) fn resize(&mut self, len: u64) {
        self.sectors.retain(|number, _| number * SECTOR < len);
        self.fresh.retain(|number| number * SECTOR < len);
        if let Some(sector) = self.sectors.get_mut(&(len / SECTOR)) {
            sector[(len % SECTOR) as usize..].fill(0);
        }
        self.solid = self.solid.min(len);
        self.len = len;
    }

    /// Brings everything to the disk, in any order. It takes `slow`, half of the sectors before it and half after, so that who is
    /// killed meanwhile leaves a torn file behind.
    pub(crate) fn sync(
        &mut self,
        base: &mut impl Base,
        chance: &mut Chance,
        slow: Duration,
    ) -> Result<(), Code> {
        if self.on_disk > self.solid {
            base.resize(self.solid)?;
            self.on_disk = self.solid;
        }
        let order = self.shuffled(chance);
        for (done, number) in order.iter().enumerate() {
            if done == order.len() / 2 && !slow.is_zero() {
                std::thread::sleep(slow);
            }
            self.put(base, *number)?;
        }
        if self.on_disk != self.len {
            base.resize(self.len)?;
            self.on_disk = self.len;
        }
        for number in &order {
            self.sectors.remove(number);
        }
        self.solid = self.len;
        Ok(())
    }

    /// What a sync leaves on a disk that does nothing for it: a third of the sectors, any of them.
    pub(crate) fn tear(&mut self, base: &mut impl Base, chance: &mut Chance) -> Result<(), Code> {
        for number in self.shuffled(chance) {
            if chance.below(3) == 0 {
                self.put(base, number)?;
            }
        }
        Ok(())
    }

    /// What a failed sync leaves, as on Linux: everybody still reads what was written, but no later sync brings it to the disk.
    pub(crate) fn lose(&mut self) {
        self.fresh.clear();
    }

    fn shuffled(&mut self, chance: &mut Chance) -> Vec<u64> {
        let mut order: Vec<u64> = std::mem::take(&mut self.fresh).into_iter().collect();
        chance.shuffle(&mut order);
        order
    }

    fn put(&mut self, base: &mut impl Base, number: u64) -> Result<(), Code> {
        let start = number * SECTOR;
        let Some(sector) = self.sectors.get(&number) else { return Ok(()) };
        let there = SECTOR.min(self.len - start);
        base.write(start, &sector[..there as usize])?;
        self.on_disk = self.on_disk.max(start + there);
        Ok(())
    }
}

/// The sectors that bytes from `at` to `end` stand in.
fn sectors(at: u64, end: u64) -> std::ops::Range<u64> {
    at / SECTOR..end.div_ceil(SECTOR).max(at / SECTOR)
}

/// The bytes of a sector that stand between `at` and `end`.
fn shared(number: u64, at: u64, end: u64) -> (u64, u64) {
    (at.max(number * SECTOR), end.min((number + 1) * SECTOR))
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Base for Vec<u8> {
        fn read(&mut self, at: u64, into: &mut [u8]) -> Result<(), Code> {
            for (place, byte) in (at as usize..).zip(into.iter_mut()) {
                *byte = self.get(place).copied().unwrap_or_default();
            }
            Ok(())
        }

        fn write(&mut self, at: u64, bytes: &[u8]) -> Result<(), Code> {
            let end = at as usize + bytes.len();
            self.resize(self.len().max(end), 0);
            self[at as usize..end].copy_from_slice(bytes);
            Ok(())
        }

        fn resize(&mut self, len: u64) -> Result<(), Code> {
            Vec::resize(self, len as usize, 0);
            Ok(())
        }
    }

    fn seen(content: &Content, disk: &mut Vec<u8>) -> Vec<u8> {
        let mut bytes = vec![7; content.len() as usize];
        assert_eq!(content.read(disk, 0, &mut bytes), Ok(bytes.len()));
        bytes
    }

    #[test]
    fn whatever_is_done_to_it_reads_as_a_plain_file_does() {
        for seed in 0..200 {
            let mut chance = Chance::new(seed);
            let (mut disk, mut plain) = (vec![1_u8; 700], vec![1_u8; 700]);
            let mut content = Content::of(700);
            let mut whole = true;
            for _ in 0..60 {
                let at = chance.below(6000);
                match chance.below(10) {
                    0 => {
                        content.resize(at);
                        Vec::resize(&mut plain, at as usize, 0);
                    }
                    1 => {
                        content.sync(&mut disk, &mut chance, Duration::ZERO).unwrap();
                        assert!(!whole || disk == plain, "seed {seed}");
                    }
                    2 if chance.below(8) == 0 => {
                        content.tear(&mut disk, &mut chance).unwrap();
                        whole = false;
                    }
                    3 if chance.below(8) == 0 => {
                        content.lose();
                        whole = false;
                    }
                    _ => {
                        let bytes = vec![chance.draw() as u8; chance.below(1500) as usize + 1];
                        content.write(&mut disk, at, &bytes).unwrap();
                        Base::write(&mut plain, at, &bytes).unwrap();
                    }
                }
                assert_eq!(content.len(), plain.len() as u64, "seed {seed}");
                assert_eq!(seen(&content, &mut disk), plain, "seed {seed}");
                let mut part = vec![9; 900];
                let there = content.read(&mut disk, at, &mut part).unwrap();
                assert_eq!(there, plain.len().saturating_sub(at as usize).min(900), "seed {seed}");
                assert!(part[there..].iter().all(|byte| *byte == 0), "seed {seed}");
            }
        }
    }

    #[test]
    fn nothing_reaches_the_disk_before_it_is_asked_to() {
        let mut disk = vec![1_u8; 600];
        let mut content = Content::of(600);
        content.write(&mut disk, 100, &[2; 1000]).unwrap();
        content.resize(900);
        assert_eq!(disk, vec![1; 600]);
        content.sync(&mut disk, &mut Chance::new(1), Duration::ZERO).unwrap();
        assert_eq!(disk, [vec![1; 100], vec![2; 800]].concat());
    }

    #[test]
    fn what_a_failed_sync_was_for_is_read_and_never_kept() {
        let mut disk = vec![1_u8; 1024];
        let mut content = Content::of(1024);
        content.write(&mut disk, 0, &[2; 512]).unwrap();
        content.lose();
        content.write(&mut disk, 512, &[3; 512]).unwrap();
        content.sync(&mut disk, &mut Chance::new(1), Duration::ZERO).unwrap();
        assert_eq!(disk, [vec![1; 512], vec![3; 512]].concat());
        assert_eq!(seen(&content, &mut disk), [vec![2; 512], vec![3; 512]].concat());
        // Written once more, it counts again.
        content.write(&mut disk, 0, &[4]).unwrap();
        content.sync(&mut disk, &mut Chance::new(1), Duration::ZERO).unwrap();
        assert_eq!(disk[..3], [4, 2, 2]);
    }
}
