// The records of a life that nobody lives: FHIR R4, the same on every machine on one day. Values rise and
// fall by rule, never by chance. `life(today)` gives a Bundle for `phr-link serve holder --records`.
const TAG = "urn:phr-link:category";
const BIRTH = 1961;

/** @param {string} today `YYYY-MM-DD` */
export function life(today) {
  const year = Number(today.slice(0, 4));
  const entries = [];
  const add = (category, resourceType, date, members) => {
    // What has not happened yet is no record.
    if (date > today) return;
    const id = `${category}-${entries.length}`.replaceAll(/[^A-Za-z0-9-]/g, "-");
    const security = [{ system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code: "N" }];
    const tag = [
      { system: TAG, code: category },
      { system: "http://terminology.hl7.org/CodeSystem/v3-ActReason", code: "HTEST", display: "この人は実在しません" },
    ];
    entries.push({ resource: { resourceType, id, meta: { tag, security }, ...members } });
  };
  const text = (words) => ({ text: words });
  const subject = { display: "見本 太郎" };

  const vaccine = (category, date, name, more = {}) =>
    add(category, "Immunization", date, {
      status: "completed",
      vaccineCode: text(name),
      patient: subject,
      occurrenceDateTime: date,
      ...more,
    });
  vaccine("routine-vaccination-a", "1961-07", "DPT（三種混合） 1回目");
  vaccine("routine-vaccination-a", "1961-09", "DPT（三種混合） 2回目");
  vaccine("routine-vaccination-a", "1962-10", "ポリオ（生）");
  vaccine("routine-vaccination-a", "1963-05", "BCG");
  vaccine("routine-vaccination-a", "1967-11", "日本脳炎");
  vaccine("routine-vaccination-a", "2020-02-14", "風しん（第5期）");
  for (const [at, dose] of [
    ["2021-07-03", 1],
    ["2021-07-24", 2],
    ["2022-02-19", 3],
    ["2022-10-29", 4],
    ["2023-11-11", 5],
  ]) {
    vaccine("covid19-vaccination", at, `新型コロナワクチン ${dose}回目`, {
      protocolApplied: [{ doseNumberPositiveInt: dose }],
      lotNumber: `SAMPLE-${dose}`,
    });
  }
  for (let at = 2019; at <= year; at += 1)
    vaccine("routine-vaccination-b", `${at}-11-0${1 + (at % 8)}`, "インフルエンザ");
  vaccine("routine-vaccination-b", `${BIRTH + 65}-05-20`, "肺炎球菌");

  const measured = (category, date, name, value, unit, low, high, more = {}) =>
    add(category, "Observation", date, {
      status: "final",
      code: text(name),
      subject,
      effectiveDateTime: date,
      performer: [{ display: more.by ?? "見本クリニック 検査室" }],
      valueQuantity: { value: Math.round(value * 10) / 10, unit },
      ...(low === undefined && high === undefined
        ? {}
        : {
            referenceRange: [
              {
                ...(low === undefined ? {} : { low: { value: low, unit } }),
                ...(high === undefined ? {} : { high: { value: high, unit } }),
                text: "見本クリニックの基準",
              },
            ],
          }),
    });
  for (let at = 2008; at <= year; at += 1) {
    const date = `${at}-06-${10 + (at % 15)}`;
    const age = at - 2008;
    const by = "見本市 特定健診";
    measured("specific-checkup", date, "腹囲", 84 + 6 * Math.sin(age / 4) + age / 6, "cm", undefined, 84.9, { by });
    measured("specific-checkup", date, "収縮期血圧", 124 + age * 1.1 - (at > 2016 ? 14 : 0), "mmHg", undefined, 129, {
      by,
    });
    measured("specific-checkup", date, "拡張期血圧", 78 + age * 0.6 - (at > 2016 ? 8 : 0), "mmHg", undefined, 84, {
      by,
    });
    measured("specific-checkup", date, "空腹時血糖", 92 + age * 1.2 - (at > 2023 ? 12 : 0), "mg/dL", undefined, 99, {
      by,
    });
    measured("specific-checkup", date, "LDLコレステロール", 118 + 18 * Math.sin(age / 3), "mg/dL", undefined, 119, {
      by,
    });
    measured("specific-checkup", date, "中性脂肪", 120 + 45 * Math.sin(age / 2.3), "mg/dL", undefined, 149, { by });
  }
  let visit = 0;
  for (let at = 2019; at <= year; at += 1) {
    for (const month of ["01", "04", "07", "10"]) {
      const date = `${at}-${month}-15`;
      measured(
        "lab-result",
        date,
        "HbA1c（NGSP）",
        5.7 + 1.3 * Math.exp(-(((visit - 15) / 7) ** 2)) + 0.1 * Math.sin(visit),
        "%",
        4.9,
        6.0,
      );
      measured(
        "lab-result",
        date,
        "クレアチニン",
        0.82 + visit * 0.004 + 0.03 * Math.sin(visit * 2),
        "mg/dL",
        0.65,
        1.07,
      );
      measured("lab-result", date, "eGFR", 74 - visit * 0.4 + 2 * Math.sin(visit * 2), "mL/min/1.73m²", 60, undefined);
      measured("lab-result", date, "ALT", 24 + 14 * Math.sin(visit / 3), "U/L", 10, 42);
      measured("lab-result", date, "LDLコレステロール", 139 - visit * 0.9 + 6 * Math.sin(visit), "mg/dL", 65, 139);
      add("encounter-institution", "Encounter", date, {
        status: "finished",
        class: { code: "AMB" },
        subject,
        period: { start: date },
        serviceProvider: { display: "見本クリニック（内科）" },
      });
      visit += 1;
    }
  }
  const end = Date.parse(`${today}T00:00:00Z`);
  for (let week = 156; week >= 0; week -= 4) {
    const date = new Date(end - week * 7 * 86_400_000).toISOString().slice(0, 10);
    measured(
      "lifelog",
      date,
      "体重",
      72.5 - (156 - week) * 0.022 + 0.6 * Math.sin(week / 4),
      "kg",
      undefined,
      undefined,
      { by: "本人が測定" },
    );
    measured(
      "lifelog",
      date,
      "家庭血圧（上）",
      128 + 6 * Math.sin(week / 8.3) - (156 - week) * 0.02,
      "mmHg",
      undefined,
      134,
      { by: "本人が測定" },
    );
  }

  const took = (date, name, dosage) =>
    add("medication-claims", "MedicationStatement", date, {
      status: "completed",
      medicationCodeableConcept: text(name),
      subject,
      effectiveDateTime: date,
      dateAsserted: date,
      dosage: [text(dosage)],
      informationSource: { display: "見本薬局" },
    });
  for (let at = 2016; at <= year; at += 1) {
    for (const month of ["02", "06", "10"]) {
      took(`${at}-${month}-20`, "アムロジピン錠5mg", "1日1回 朝食後 1回1錠 90日分");
      if (at >= 2023) took(`${at}-${month}-20`, "メトホルミン塩酸塩錠250mg", "1日2回 朝夕食後 1回1錠 90日分");
    }
  }
  const recent = new Date(end - 12 * 86_400_000).toISOString().slice(0, 10);
  add("e-prescription", "MedicationRequest", recent, {
    status: "completed",
    intent: "order",
    medicationCodeableConcept: text("ロキソプロフェン錠60mg"),
    subject,
    authoredOn: recent,
    dosageInstruction: [text("痛いとき 1回1錠 10回分")],
    requester: { display: "見本整形外科" },
  });

  const allergy = (date, name, manifestation, criticality) =>
    add("allergy", "AllergyIntolerance", date, {
      clinicalStatus: { coding: [{ code: "active" }] },
      code: text(name),
      patient: subject,
      criticality,
      recordedDate: date,
      reaction: [{ manifestation: [text(manifestation)] }],
    });
  allergy(`${year - 1}-06-10`, "そば", "じんましん", "high");
  allergy(`${year - 1}-06-10`, "ペニシリン系の抗菌薬", "全身の発疹、息苦しさ", "high");
  add("surgery-dialysis", "Procedure", `${year - 3}-08-25`, {
    status: "completed",
    code: text("腹腔鏡下胆のう摘出術"),
    subject,
    performedDateTime: `${year - 3}-08-25`,
    performer: [{ actor: { display: "見本中央病院" } }],
  });
  add("disclosed-diagnosis", "Condition", `${year - 2}-02-12`, {
    clinicalStatus: { coding: [{ code: "active" }] },
    code: text("高血圧症"),
    subject,
    recordedDate: `${year - 2}-02-12`,
  });
  return { resourceType: "Bundle", type: "collection", entry: entries };
}
