// Words of the screens, and the one way in which elements are made: text is always text.
export const purposes = {
  "self-view": "自分で見るため",
  care: "診療のため",
  "emergency-care": "救急の診療のため",
  "medication-safety": "薬の飲み合わせを確かめるため",
  "long-term-care": "介護のため",
  "health-promotion": "健康づくりのため",
  "public-health": "公衆衛生のため",
  "insurance-admin": "保険の事務のため",
  "employment-health": "職場の健康管理のため",
  "school-health": "学校の健康管理のため",
  "research-consented": "同意した研究のため",
  "service-improvement": "サービスをよくするため",
  marketing: "広告のため",
};

export const flags = {
  mental: "心の健康の記録",
  genetic: "遺伝子の記録",
  infection: "感染症の記録",
  reproductive: "妊娠などの記録",
  "disclosed-diagnosis": "病名の記録",
};

export const ends = {
  erase: "終わったら消します。",
  anonymise: "終わったら、だれのものか分からなくします。",
  "keep-required-by-law": "終わったあとも、法律で残すものだけ残します。",
};

export const kept = (retention) =>
  retention.days === undefined ? `${retention.until} まで残します` : retention.days === 0 ? "見るだけで、残しません" : `受け取ってから${retention.days}日のあいだ残します`;

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

export const japaneseTime = (seconds) =>
  new Intl.DateTimeFormat("ja-JP", { dateStyle: "long", timeStyle: "short", timeZone: "Asia/Tokyo" }).format(
    new Date(seconds * 1000),
  );

export const data = () => JSON.parse(document.getElementById("data").textContent);
