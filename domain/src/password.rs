//! What a password must be. What can be guessed piece by piece counts as one letter for each piece.

use crate::Fault;

/// Fewest characters.
pub const SHORTEST: u32 = 12;
/// Most characters: it keeps the work of hashing the input itself small.
pub const LONGEST: u32 = 256;

/// Letters that are left when every guessable piece counts as one.
const LEAST: usize = 8;
/// Shorter pieces are no pieces: they stand in any word.
const PIECE: usize = 3;
/// Shorter parts of a person's words stand in any sentence.
const OWN_WORD: usize = 4;

/// What everybody begins with, in lower case; digits and signs that stand for letters are read as those.
const WORDS: [&str; 58] = [
    "password",
    "passwort",
    "passphrase",
    "parol",
    "пароль",
    "secret",
    "секрет",
    "letmein",
    "iloveyou",
    "любовь",
    "люблю",
    "welcome",
    "привет",
    "hello",
    "changeme",
    "default",
    "administrator",
    "admin",
    "админ",
    "администратор",
    "superuser",
    "manager",
    "менеджер",
    "master",
    "dragon",
    "monkey",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "batman",
    "trustno",
    "shadow",
    "michael",
    "google",
    "computer",
    "internet",
    "login",
    "user",
    "guest",
    "test",
    "тест",
    "millrace",
    "company",
    "компания",
    "moscow",
    "москва",
    "russia",
    "россия",
    "spring",
    "summer",
    "autumn",
    "winter",
    "весна",
    "осень",
    "лето",
    "зима",
];

/// Ways that fingers walk over a keyboard, and the order that everybody knows; backwards too.
const WALKS: [&str; 24] = [
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "`1234567890-=",
    "!@#$%^&*()_+",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "qwertzuiop",
    "azertyuiop",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1a2b3c4d5e6f7g8h9i0j",
    "a1b2c3d4e5f6g7h8i9j0",
    "147258369",
    "159753",
    "qazwsxedcrfvtgbyhnujm",
    "qweasdzxc",
    "йфяцычувскам",
    "1й2ц3у4к5е6н7г8ш9щ0з",
];

/// What is wrong with a new password, if anything. `about` is what others know of its owner: company, name, e-mail.
pub fn fault(password: &str, about: &[&str]) -> Option<Fault> {
    // Counted no further than needed: what comes may be megabytes.
    let length = password.chars().take(LONGEST as usize + 1).count();
    if length < SHORTEST as usize {
        Some(Fault::TooShort(SHORTEST))
    } else if length > LONGEST as usize {
        Some(Fault::TooLong(LONGEST))
    } else if is_guessable(password, &[]) {
        Some(Fault::CommonPassword)
    } else if is_guessable(password, &own_words(about)) {
        Some(Fault::PersonalPassword)
    } else {
        None
    }
}

fn own_words(about: &[&str]) -> Vec<Vec<char>> {
    about
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .map(lower)
        .filter(|word| word.len() >= OWN_WORD)
        .collect()
}

fn lower(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn is_guessable(password: &str, own: &[Vec<char>]) -> bool {
    let letters = lower(password);
    if letters.iter().all(char::is_ascii_digit) {
        return true;
    }
    let mut once = letters.clone();
    once.dedup();
    // Doubled letters hide the walks in `112233445566`.
    pieces(&letters, own).min(pieces(&once, own)) < LEAST
}

/// How many things somebody has to guess: at each place the longest piece that is known counts as one.
fn pieces(letters: &[char], own: &[Vec<char>]) -> usize {
    let words: Vec<Vec<char>> = WORDS.iter().map(|word| lower(word)).collect();
    let walks: Vec<Vec<char>> = WALKS
        .iter()
        .flat_map(|walk| [walk.chars().collect(), walk.chars().rev().collect::<Vec<char>>()])
        .collect();
    let (mut at, mut count) = (0, 0);
    while at < letters.len() {
        let rest = &letters[at..];
        let word = words.iter().chain(own).filter(|word| begins(rest, word)).map(Vec::len).max();
        let walk = walks.iter().map(|walk| longest(rest, walk, walk.len())).max();
        let again = longest(rest, letters, at);
        let known = [word, walk, Some(again), year(rest)].into_iter().flatten().max().unwrap_or(0);
        at += if known >= PIECE { known } else { 1 };
        count += 1;
    }
    count
}

/// Whether `rest` begins with `word`, however its letters are written.
fn begins(rest: &[char], word: &[char]) -> bool {
    rest.len() >= word.len() && rest.iter().zip(word).all(|(typed, letter)| stands_for(*typed, *letter))
}

fn stands_for(typed: char, letter: char) -> bool {
    typed == letter
        || match typed {
            '0' => letter == 'o',
            '1' | '!' => letter == 'i' || letter == 'l',
            '3' => letter == 'e',
            '4' | '@' => letter == 'a',
            '5' | '$' => letter == 's',
            '7' => letter == 't',
            _ => false,
        }
}

/// The longest beginning of `rest` that stands in `known` from a place before `until`.
fn longest(rest: &[char], known: &[char], until: usize) -> usize {
    (0..until)
        .map(|from| rest.iter().zip(&known[from..]).take_while(|(a, b)| a == b).count())
        .max()
        .unwrap_or(0)
}

/// A year that somebody may have been born in or lives in.
fn year(rest: &[char]) -> Option<usize> {
    let digits = rest.get(..4)?;
    let century = [digits[0], digits[1]];
    let four = digits.iter().all(char::is_ascii_digit);
    (four && (century == ['1', '9'] || century == ['2', '0'])).then_some(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: [&str; 3] = ["ООО «Меридиан»", "Анна Белова", "anna.belova@north-bridge.example"];

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for common in [
            "123456789012",
            "012345678910",
            "098765432100",
            "897112345678",
            "112233445566",
            "121212121212",
            "aaaaaaaaaaaaaaa",
            "ЙЦУКЕНГШЩЗХЪ",
            "Qwerty123456",
            "qwertyqwerty",
            "1q2w3e4r5t6y",
            "1qaz2wsx3edc4rfv",
            "abcdefghijkl",
            "abc123abc123abc123",
            "Password1234",
            "P@ssw0rd2026!",
            "passwordpassword",
            "пароль123456",
            "adminadmin12",
            "administrator1",
            "Summer2026!!",
            "changeme1234",
            "iloveyou1234",
            "millrace2026",
            "horsehorsehorse",
        ] {
            assert_eq!(fault(common, &ABOUT), Some(Fault::CommonPassword), "{common}");
        }
    }

    #[test]
    fn what_others_know_of_the_owner_is_refused() {
        for personal in ["меридиан2026", "Belova-12345", "north-bridge1", "anna.belova.7", "АннаБелова99"]
        {
            assert_eq!(fault(personal, &ABOUT), Some(Fault::PersonalPassword), "{personal}");
            assert_ne!(fault(personal, &[]), Some(Fault::PersonalPassword), "{personal}");
        }
    }

    #[test]
    fn what_nobody_guesses_is_taken() {
        for good in [
            "тихая вода у мельницы",
            "four quiet herons",
            "correct horse",
            "x7Kp-2mQv_9a",
            "seven mills upon one river",
            "Анна печёт вишнёвые пироги",
        ] {
            assert_eq!(fault(good, &ABOUT), None, "{good}");
        }
    }

    #[test]
    fn length_is_counted_in_characters_and_ends() {
        assert_eq!(fault("elevenchars", &[]), Some(Fault::TooShort(12)));
        assert_eq!(fault("ёлка у реки", &[]), Some(Fault::TooShort(12)));
        assert_eq!(fault(&"колесо, вода".repeat(22), &[]), Some(Fault::TooLong(256)));
        assert_eq!(fault(&"x".repeat(10 << 20), &[]), Some(Fault::TooLong(256)));
    }
}
