//! Records of people who do not exist: the same on every machine on one day, in every category.

use phr_link::catalogue::Category;
use phr_link::{Day, Lang};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{MARKS, Record};

mod shape;

/// A person who does not exist.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// The name under which the holder knows them.
    pub id: &'static str,
    /// The name shown.
    pub name: &'static str,
    /// The name in kana.
    pub kana: &'static str,
    /// Date of birth.
    pub birth_date: &'static str,
    /// Gender.
    pub gender: &'static str,
    /// Address.
    pub address: &'static str,
}

/// The people.
pub const PEOPLE: [Person; 4] = [
    Person {
        id: "taro",
        name: "見本 太郎",
        kana: "ミホン タロウ",
        birth_date: "1961-04-01",
        gender: "male",
        address: "東京都千代田区見本町一丁目1番1号",
    },
    Person {
        id: "hanako",
        name: "見本 花子",
        kana: "ミホン ハナコ",
        birth_date: "1988-11-30",
        gender: "female",
        address: "大阪府大阪市見本区見本二丁目2番2号",
    },
    Person {
        id: "mirai",
        name: "見本 みらい",
        kana: "ミホン ミライ",
        birth_date: "2019-07-07",
        gender: "female",
        address: "東京都千代田区見本町一丁目1番1号",
    },
    Person {
        id: "jiro",
        name: "見本 次郎",
        kana: "ミホン ジロウ",
        birth_date: "1997-02-03",
        gender: "male",
        address: "福岡県福岡市見本区見本三丁目3番3号",
    },
];

/// How many records each category has.
pub const EACH: usize = 5;

/// One record to make.
struct Plan<'a> {
    person: &'a Person,
    category: Category,
    /// Which of the category's records it is.
    number: usize,
    date: String,
}

/// Gives every record of a person as of a day: recent ones and old ones, so that every period and
/// every look-back has something inside and something outside.
#[must_use]
pub fn records(person: &Person, today: Day) -> Vec<Record> {
    let mut records = Vec::new();
    for category in Category::all() {
        for (number, date) in dates(today).into_iter().enumerate() {
            let plan = Plan {
                person,
                category,
                number,
                date,
            };
            // One record in five reveals what the category may reveal.
            let flags = match number {
                1 => category.flags().to_vec(),
                _ => Vec::new(),
            };
            records.push(Record::new(category.code(), plan.resource(), flags));
        }
    }
    records
}

/// A month ago, one that falls on another day in Japan than in UTC, three months, a year and a half,
/// and a partial date four years ago.
fn dates(today: Day) -> [String; EACH] {
    let ago = |days: i32| today.plus(-days).to_string();
    let month: String = ago(4 * 365).chars().take(7).collect();
    [
        ago(30),
        format!("{}T15:30:00Z", ago(60)),
        ago(90),
        ago(550),
        month,
    ]
}

/// A name that tells neither whose record it is nor that there are others: of letters only, so that
/// it never looks like a number.
fn id_of(person: &Person, category: &str, number: usize) -> String {
    let digest = Sha256::digest(format!("{} {category} {number}", person.id));
    let letters = digest
        .iter()
        .take(12)
        .flat_map(|byte| [byte >> 4, byte & 15]);
    letters.map(|nibble| char::from(b'a' + nibble)).collect()
}

impl Plan<'_> {
    fn resource(&self) -> Value {
        let kind = self.category.fhir().first();
        let kind = kind.map_or("Basic", |fhir| fhir.resource);
        let mut tags = vec![json!({
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST",
            "display": "test health data: this person does not exist",
        })];
        tags.extend(self.mark());
        let mut resource = json!({
            "resourceType": kind,
            "id": id_of(self.person, self.category.code(), self.number),
            "meta": {"tag": tags},
        });
        if let (Some(into), Value::Object(members)) =
            (resource.as_object_mut(), shape::members(kind, self))
        {
            into.extend(members);
        }
        resource
    }

    /// The first diagnosis was not told to the person yet, the second is not to be delivered.
    fn mark(&self) -> Option<Value> {
        let code = match self.number {
            0 => "UNINFORMED",
            1 => "UNDELIVERED",
            2 => "LTS",
            _ => return None,
        };
        let is_diagnosis = self.category.code() == "disclosed-diagnosis";
        is_diagnosis.then(|| json!({"system": MARKS, "code": code}))
    }

    /// The person, as resources refer to them.
    fn patient(&self) -> Value {
        json!({"reference": format!("Patient/{}", self.person.id), "display": self.person.name})
    }

    /// The diagnosis of the same number.
    fn diagnosis(&self) -> Value {
        let id = id_of(self.person, "disclosed-diagnosis", self.number);
        json!({"reference": format!("Condition/{id}")})
    }

    /// What it is called. Diagnoses have names of their own: one that is hidden must not be told by
    /// the name of another.
    fn title(&self) -> String {
        const DISEASES: [&str; EACH] = [
            "架空病・アサガオ型",
            "架空病・ツバキ型",
            "架空病・キキョウ型",
            "架空病・ナデシコ型",
            "架空病・ヒマワリ型",
        ];
        if self.category.code() == "disclosed-diagnosis"
            && let Some(disease) = DISEASES.get(self.number)
        {
            return (*disease).to_owned();
        }
        format!(
            "{}（合成データ {}）",
            self.category.label(Lang::Ja),
            self.date
        )
    }
}
