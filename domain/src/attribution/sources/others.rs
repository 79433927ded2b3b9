//! Mail, maps, networks of partners and networks of ads.

use super::{Source, known_as, sells, source};
use crate::attribution::rules::SourceKind::{Ads, Mail, Maps, Partners};

pub(super) static OTHERS: &[Source] = &[
    source("Gmail", Mail, &["mail.google.com", "com.google.android.gm"]),
    source("Yandex Mail", Mail, &["mail.yandex.*", "ru.yandex.mail"]),
    source("Mail.ru Mail", Mail, &["e.mail.ru", "touch.mail.ru", "octavius.mail.ru", "ru.mail.mailapp"]),
    source("Rambler Mail", Mail, &["mail.rambler.ru"]),
    source(
        "Outlook",
        Mail,
        &[
            ".outlook.live.com",
            ".outlook.office.com",
            ".outlook.office365.com",
            "outlook.cloud.microsoft",
            "com.microsoft.office.outlook",
        ],
    ),
    source("Yahoo Mail", Mail, &["mail.yahoo.*"]),
    source("AOL Mail", Mail, &["mail.aol.com"]),
    source("iCloud Mail", Mail, &["icloud.com/mail"]),
    source("Proton Mail", Mail, &["mail.proton.me"]),
    source("Zoho Mail", Mail, &["mail.zoho.*"]),
    source("Seznam Mail", Mail, &["email.seznam.cz"]),
    source("Naver Mail", Mail, &["mail.naver.com"]),
    source("Mailchimp", Mail, &[".list-manage.com"]),
    known_as(source("HubSpot Mail", Mail, &[]), &["hs_email"]),
    source("Marketo", Mail, &[]),
    source("Klaviyo", Mail, &[]),
    source("MailerLite", Mail, &[]),
    source(
        "Google Maps",
        Maps,
        &["maps.google.*", "google.*/maps", "maps.app.goo.gl", "com.google.android.apps.maps"],
    ),
    source(
        "Yandex Maps",
        Maps,
        &[
            "maps.yandex.*",
            "yandex.*/maps",
            "yandex.*/profile",
            "ru.yandex.yandexmaps",
            "ru.yandex.yandexnavi",
        ],
    ),
    source("2GIS", Maps, &[".2gis.*", "ru.dublgis.dgismobile"]),
    source("Apple Maps", Maps, &["maps.apple.com"]),
    source("Bing Maps", Maps, &["bing.com/maps"]),
    source("Awin", Partners, &[".awin1.com"]),
    source("Impact", Partners, &[]),
    source("CJ", Partners, &[]),
    source("ShareASale", Partners, &["shareasale.com"]),
    source("Tradedoubler", Partners, &[".tradedoubler.com"]),
    source("Admitad", Partners, &["ad.admitad.com"]),
    sells(source("Taboola", Ads, &[".taboola.com"]), "Taboola", &[]),
    sells(source("Outbrain", Ads, &[".outbrain.com"]), "Outbrain", &[]),
    sells(source("Criteo", Ads, &[".criteo.com"]), "Criteo", &[]),
];
