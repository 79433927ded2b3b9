//! Invented people, firms, requests and the ways they came.

use domain::Lang;

const NAMES_EN: [&str; 20] = [
    "Peter Nyman",
    "Helen Sparrow",
    "Igor Melnik",
    "Laura Kask",
    "Simon Orchard",
    "Kate Winter",
    "Jonas Weber",
    "Maria Santos",
    "Arthur Quinn",
    "Nina Petersen",
    "George Hill",
    "Alice Moreau",
    "Daniel Roth",
    "Eva Lehtinen",
    "Mark Oleson",
    "Sofia Brandt",
    "Robert Tamm",
    "Julia Stone",
    "Martin Vogel",
    "Irene Castle",
];
const NAMES_RU: [&str; 20] = [
    "Елена Воробьёва",
    "Сергей Данилов",
    "Игорь Мельник",
    "Ольга Марченко",
    "Пётр Щукин",
    "Марина Ковалёва",
    "Алексей Грачёв",
    "Наталья Орлова",
    "Артём Юдин",
    "Светлана Фёдорова",
    "Дмитрий Ежов",
    "Анастасия Белкина",
    "Роман Чайка",
    "Ирина Зимина",
    "Константин Рогов",
    "Вера Соболева",
    "Михаил Дроздов",
    "Юлия Кузьмина",
    "Павел Шестаков",
    "Татьяна Лисицына",
];
const FIRMS_EN: [&str; 15] = [
    "Baltic Build Ltd",
    "Hansa Freight GmbH",
    "Tallinn Print House",
    "Kivi & Partners",
    "Seaside Clinic",
    "Lingua School",
    "Orchard Foods",
    "Harbour Logistics",
    "Weber Tools GmbH",
    "Old Town Hotel",
    "Pine Furniture",
    "Quinn Legal",
    "Northern Yard",
    "Gallery South",
    "Meridian Plus",
];
const FIRMS_RU: [&str; 15] = [
    "ООО «Балтстрой»",
    "АО «Уралпромсервис»",
    "ООО «Галерея-Юг»",
    "Клиника «Невская»",
    "Школа «Лингва-Нева»",
    "ГК «Меридиан-Плюс»",
    "ООО «Вектор-Логистика»",
    "ИП Ковалёв А. С.",
    "ООО «Северная верфь-Сервис»",
    "Данилов и сыновья",
    "ООО «Печатный дом»",
    "АО «Хлебная пристань»",
    "ООО «Мебель из сосны»",
    "Отель «Старый город»",
    "ООО «Инструмент-Трейд»",
];
const REQUESTS_EN: [&str; 12] = [
    "IT support, 45 seats",
    "Office move in January",
    "Security audit",
    "Mail and file migration, 120 seats",
    "Helpdesk outsourcing",
    "Sales department audit",
    "Network survey, 3 offices",
    "Backup and recovery",
    "Staff training, 2 groups",
    "Support, 12 months",
    "Strategy session",
    "Warehouse terminals",
];
const REQUESTS_RU: [&str; 12] = [
    "Сопровождение, 45 мест",
    "Переезд офиса в январе",
    "Аудит безопасности",
    "Миграция почты и файлов на 120 мест",
    "Служба поддержки на аутсорсинг",
    "Аудит отдела продаж",
    "Обследование сети, 3 офиса",
    "Резервное копирование",
    "Обучение сотрудников, 2 группы",
    "Сопровождение на 12 месяцев",
    "Стратегическая сессия",
    "Терминалы для склада",
];

fn pick<'a>(list: &[&'a str], index: usize) -> &'a str {
    list.get(index % list.len()).copied().unwrap_or_default()
}

pub fn name(lang: Lang, index: usize) -> &'static str {
    if lang == Lang::Ru { pick(&NAMES_RU, index * 7) } else { pick(&NAMES_EN, index * 7) }
}

pub fn firm(lang: Lang, index: usize) -> &'static str {
    if lang == Lang::Ru { pick(&FIRMS_RU, index * 4) } else { pick(&FIRMS_EN, index * 4) }
}

pub fn request(lang: Lang, index: usize) -> &'static str {
    if lang == Lang::Ru { pick(&REQUESTS_RU, index * 5) } else { pick(&REQUESTS_EN, index * 5) }
}

/// A number from the range that is kept for fiction.
pub fn phone(lang: Lang, index: usize) -> String {
    if lang == Lang::Ru {
        format!("+7 812 555-{:02}-{:02}", 10 + index / 90, 10 + index % 90)
    } else {
        format!("+1 202 555 01{:02}", 10 + index % 90)
    }
}

/// Landing address and referrer of the six ways that visitors came by.
pub fn way(lang: Lang, index: usize) -> (String, &'static str) {
    let site = "https://north-bridge.example";
    let words = if lang == Lang::Ru { "бизнес+консультант" } else { "business+consultant" };
    match index % 6 {
        0 => (
            format!(
                "{site}/?utm_source=google&utm_medium=cpc&utm_campaign=consulting&utm_term={words}&gclid=demo{index}"
            ),
            "https://www.google.com/",
        ),
        1 => (
            format!(
                "{site}/support?utm_source=yandex&utm_medium=cpc&utm_campaign=support-b2b&utm_term={words}&yclid=77{index}"
            ),
            "https://yandex.ru/",
        ),
        2 => (format!("{site}/"), "https://www.google.com/"),
        3 => (format!("{site}/services"), "https://partners.example/catalog"),
        4 => (format!("{site}/news?utm_source=newsletter&utm_medium=email&utm_campaign=autumn"), ""),
        _ => (format!("{site}/contact"), ""),
    }
}
