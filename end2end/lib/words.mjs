// What the product calls things, from its own translations: a test that looks for a button finds it when it is renamed.
import { readFileSync, readdirSync } from "node:fs";

/** `words("ru")("deals.number", { n: 7 })` is "Сделка 7". */
export function words(lang) {
  const folder = new URL(`../../app/locales/${lang}/`, import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const all = Object.fromEntries(files.map((name) => [name.slice(0, -5), JSON.parse(readFileSync(new URL(name, folder), "utf8"))]));
  return (path, values = {}) => {
    const [space, key] = path.split(".");
    const text = all[space]?.[key];
    if (text === undefined) throw new Error(`no word ${path} in ${lang}`);
    return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name) => values[name]);
  };
}

/** Names that a fresh database begins with. */
export const seeds = {
  en: {
    stages: ["Clarify needs", "Prepare offer", "Negotiate offer", "Deliver service", "Acts and feedback"],
    won: "Closed won",
    lost: "Closed lost",
    tooDear: "Price",
  },
  ru: {
    stages: ["Уточнение потребностей", "Подготовка предложения", "Согласование предложения", "Оказание услуги", "Акты и отзыв"],
    won: "Закрыта и выиграна",
    lost: "Закрыта и проиграна",
    tooDear: "Цена",
  },
};

/** The stages of the invented company, which parts the delivery. */
export const invented = {
  en: { stages: seeds.en.stages.toSpliced(4, 0, "Kick-off", "Check and hand over") },
  ru: { stages: seeds.ru.stages.toSpliced(4, 0, "Старт работ", "Проверка и сдача") },
};
