//! Passwords: argon2id, off the async threads, a few at a time.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use domain::input::Checks;
use domain::{Fault, Outcome, Problem};

use crate::Db;

const SHORTEST: u32 = 12;
/// Argon2 takes any length; this only keeps the work of hashing the input itself small.
const LONGEST: u32 = 256;

/// Verified when there is no such user, so that an unknown address takes as long as a wrong password.
const NOBODYS: &str = concat!(
    "$argon2id$v=19$m=19456,t=2,p=1$bWlsbHJhY2VtaWxscmFjZQ$",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
);

/// What everybody tries first, among those long enough; in lower case.
const COMMON: [&str; 58] = [
    "123456789012",
    "1234567890123",
    "12345678901234",
    "123456789012345",
    "1234567890123456",
    "123456123456",
    "123123123123",
    "121212121212",
    "112233445566",
    "111222333444",
    "123454321234",
    "987654321098",
    "098765432109",
    "098765432100",
    "012345678910",
    "012345678912",
    "123456789abc",
    "1234567890ab",
    "1234567890qw",
    "123qwe123qwe",
    "1q2w3e4r5t6y",
    "1q2w3e4r5t6y7u8i",
    "q1w2e3r4t5y6",
    "1qaz2wsx3edc",
    "1qaz2wsx3edc4rfv",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwertyuiop[]",
    "qwertyqwerty",
    "qwerty123456",
    "qwerty1234567",
    "qwertyuiopas",
    "qwertyuiopasdfghjkl",
    "asdfghjkl123",
    "zxcvbnm12345",
    "abcdefghijkl",
    "abcdefghijklmnopqrstuvwxyz",
    "abcd12345678",
    "abc123456789",
    "password1234",
    "password12345",
    "password123456",
    "passwordpassword",
    "password2024",
    "password2025",
    "password2026",
    "passw0rd1234",
    "p@ssw0rd1234",
    "administrator",
    "admin1234567",
    "adminadmin12",
    "administrator1",
    "welcome12345",
    "changeme1234",
    "iloveyou1234",
    "йцукенгшщзхъ",
    "йцукен123456",
    "парольпароль",
];

/// Notes what is wrong with a new password.
pub(crate) fn check(checks: &mut Checks, field: &str, password: &str) {
    let length = password.chars().count();
    if length < SHORTEST as usize {
        checks.fail(field, Fault::TooShort(SHORTEST));
    } else if length > LONGEST as usize {
        checks.fail(field, Fault::TooLong(LONGEST));
    } else if is_common(password) {
        checks.fail(field, Fault::CommonPassword);
    }
}

fn is_common(password: &str) -> bool {
    let folded = password.to_lowercase();
    let one_letter = folded.chars().next().is_some_and(|first| folded.chars().all(|c| c == first));
    one_letter || COMMON.contains(&folded.as_str())
}

/// The PHC string that is stored.
pub(crate) async fn hash(db: &Db, password: &str) -> Outcome<String> {
    let password = password.to_owned();
    off_thread(db, move || {
        let hash: PasswordHash = Argon2::default().hash_password(password.as_bytes()).map_err(|error| {
            tracing::error!(%error, "hashing a password");
            Problem::Internal
        })?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether `password` is the one behind `stored`; `None` (nobody) takes as long and is never right.
pub(crate) async fn verify(db: &Db, password: &str, stored: Option<&str>) -> Outcome<bool> {
    let known = stored.is_some();
    let stored = stored.unwrap_or(NOBODYS).to_owned();
    let password = password.to_owned();
    off_thread(db, move || {
        let matches = Argon2::default().verify_password(password.as_bytes(), stored.as_str()).is_ok();
        Ok(known && matches)
    })
    .await
}

async fn off_thread<T: Send + 'static>(
    db: &Db,
    work: impl FnOnce() -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let internal = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "hashing a password");
        Problem::Internal
    };
    let _permit = db.hashing().acquire().await.map_err(|error| internal(&error))?;
    tokio::task::spawn_blocking(work).await.map_err(|error| internal(&error))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_hash_costs_as_much_as_a_real_one() {
        let real: PasswordHash = Argon2::default().hash_password(b"correct horse").unwrap();
        let nobodys = PasswordHash::new(NOBODYS).unwrap();
        assert_eq!(
            (real.algorithm, real.version, real.params),
            (nobodys.algorithm, nobodys.version, nobodys.params)
        );
        assert_eq!(real.hash.unwrap().len(), nobodys.hash.unwrap().len());
    }

    #[test]
    fn short_and_common_ones_are_refused() {
        for (password, fault) in [
            ("elevenchars", Some(Fault::TooShort(12))),
            ("Qwerty123456", Some(Fault::CommonPassword)),
            ("ЙЦУКЕНГШЩЗХЪ", Some(Fault::CommonPassword)),
            ("aaaaaaaaaaaaaaa", Some(Fault::CommonPassword)),
            ("тихая вода у мельницы", None),
        ] {
            let mut checks = Checks::new();
            check(&mut checks, "password", password);
            assert_eq!(checks.finish().err().and_then(|p| p.fault_of("password")), fault, "{password}");
        }
        assert!(COMMON.iter().all(|common| common.chars().count() >= SHORTEST as usize));
    }
}
