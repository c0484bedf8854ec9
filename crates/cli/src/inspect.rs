//! `phr-link inspect`: what is wrong first, then what the token says, for people.

use anyhow::Result;
use phr_link::catalogue::Category;
use phr_link::display::words;
use phr_link::scope::{Action, Deident, Flag, Frequency, Handling, OnEnd, Purpose, Role};
use phr_link::{Day, Lang, Timestamp};
use serde_json::{Value, json};

use crate::show::{Output, ask, input, member, reasons};

pub(crate) fn run(token: &str, output: &Output, at: Timestamp) -> Result<bool> {
    let found = ask(&json!({"op": "inspect", "token": input(token)?, "now": at.as_secs()}))?;
    let seen = member(&found, "value");
    let problems = member(seen, "problems").as_array().map_or(0, Vec::len);
    if output.json {
        println!("{}", serde_json::to_string_pretty(seen)?);
        return Ok(problems == 0);
    }
    if problems == 0 {
        println!(
            "{}",
            output.say(
                "nothing wrong that can be seen; whose key signed it was not checked",
                "目に見える誤りはありません。だれの鍵で署名されたかは確かめていません"
            )
        );
    }
    reasons(member(seen, "problems"), output);
    let kind = member(seen, "kind").as_str();
    let (en, ja) = kind.map_or(("unknown kind of token", "不明な種類のトークン"), kind_name);
    println!();
    println!(
        "{} ({}), {} {}",
        output.say(en, ja),
        kind.unwrap_or("?"),
        member(seen, "bytes"),
        output.say("bytes", "バイト")
    );
    let lines = Lines { output, at };
    println!(
        "  s256: {}",
        member(seen, "s256").as_str().unwrap_or_default()
    );
    lines.object(member(seen, "header"), 1);
    if member(seen, "claims").is_object() {
        println!("{}", output.say("It says:", "内容："));
        lines.object(member(seen, "claims"), 1);
    }
    Ok(problems == 0)
}

struct Lines<'a> {
    output: &'a Output,
    at: Timestamp,
}

impl Lines<'_> {
    fn object(&self, object: &Value, depth: usize) {
        for (name, value) in object.as_object().into_iter().flatten() {
            self.member(name, value, depth);
        }
    }

    fn member(&self, name: &str, value: &Value, depth: usize) {
        let indent = "  ".repeat(depth);
        let label = label(name).map_or_else(
            || plain(name),
            |(en, ja)| format!("{} ({name})", self.output.say(en, ja)),
        );
        match value {
            Value::Object(_) if name != "period" && name != "retention" => {
                println!("{indent}{label}:");
                self.object(value, depth + 1);
            }
            Value::Array(items) if items.iter().any(Value::is_object) => {
                for (at, item) in items.iter().enumerate() {
                    println!("{indent}{label} {}:", at + 1);
                    self.object(item, depth + 1);
                }
            }
            _ => println!("{indent}{label}: {}", self.value(name, value)),
        }
    }

    fn value(&self, name: &str, value: &Value) -> String {
        match value {
            Value::Array(items) if items.is_empty() => self.output.say("none", "なし").to_owned(),
            Value::Array(items) => {
                let words: Vec<_> = items.iter().map(|item| self.value(name, item)).collect();
                words.join(self.output.say(", ", "、"))
            }
            Value::Number(number) if is_time(name) => number
                .as_i64()
                .map_or_else(|| number.to_string(), |at| self.moment(name, at)),
            Value::Object(members) => {
                let parts: Vec<_> = members
                    .iter()
                    .map(|(name, value)| match value {
                        Value::Null => format!("{name} {}", self.output.say("open", "制限なし")),
                        Value::String(text) => format!("{name} {}", plain(text)),
                        other => format!("{name} {other}"),
                    })
                    .collect();
                parts.join(self.output.say(", ", "、"))
            }
            Value::String(word) => match meaning(name, word, self.output.lang) {
                Some(meaning) => format!("{meaning} ({})", plain(word)),
                None => plain(word),
            },
            other => other.to_string(),
        }
    }

    /// The moment in Japan, and for an end how far it is from now.
    fn moment(&self, name: &str, seconds: i64) -> String {
        let at = Timestamp::from_secs(seconds);
        let day = Day::of(at);
        let of_day = at.since(day.start());
        let text = format!(
            "{day} {:02}:{:02}:{:02} {}",
            of_day / 3_600,
            of_day / 60 % 60,
            of_day % 60,
            self.output.say("Japan time", "日本時間")
        );
        if name != "exp" && name != "until" {
            return text;
        }
        let left = at.since(self.at);
        let (minutes, hours, days) = (left.abs() / 60, left.abs() / 3_600, left.abs() / 86_400);
        let far = match (days, hours) {
            (0, 0) => format!("{minutes}{}", self.output.say(" min", "分")),
            (0, _) => format!("{hours}{}", self.output.say(" h", "時間")),
            _ => format!("{days}{}", self.output.say(" d", "日")),
        };
        match (left > 0, self.output.lang) {
            (true, Lang::En) => format!("{text}, {far} left"),
            (true, Lang::Ja) => format!("{text}、あと{far}"),
            (false, Lang::En) => format!("{text}, {far} ago"),
            (false, Lang::Ja) => format!("{text}、{far}前に終わりました"),
        }
    }
}

/// Text of a stranger: nothing in it steers the terminal or turns the line around.
fn plain(text: &str) -> String {
    let is_bad = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    text.chars()
        .map(|letter| if is_bad(letter) { '\u{fffd}' } else { letter })
        .collect()
}

fn is_time(name: &str) -> bool {
    [
        "iat",
        "nbf",
        "exp",
        "auth_time",
        "until",
        "at",
        "suspended_from",
        "from",
    ]
    .contains(&name)
}

/// What a word of the profile means.
fn meaning(name: &str, word: &str, lang: Lang) -> Option<&'static str> {
    Some(match name {
        "datatypes" | "items" => Category::parse(word)?.label(lang),
        "purposes" | "phr_pur" => words::purpose(Purpose::parse(word)?, lang),
        "actions" => words::action(Action::parse(word)?, lang),
        "handling" => words::handling(Handling::parse(word)?, lang),
        "frequency" => words::frequency(Frequency::parse(word)?, lang),
        "on_end" => words::on_end(OnEnd::parse(word)?, lang),
        "deident" => words::deident(Deident::parse(word)?, lang),
        "exclude" => words::flag(Flag::parse(word)?, lang),
        "role" | "roles" => words::role(Role::parse(word)?, lang),
        _ => return None,
    })
}

fn kind_name(typ: &str) -> (&'static str, &'static str) {
    match typ {
        "phr-key+jwt" => ("key statement", "鍵の証明書"),
        "oauth-authz-req+jwt" => ("consent request", "同意の求め"),
        "client-authentication+jwt" => ("client assertion", "クライアントの証明"),
        "phr-consent+jwt" => ("consent", "同意"),
        "phr-grant+jwt" => ("grant", "提供許可"),
        "phr-delegation+jwt" => ("delegation", "再委譲"),
        "dpop+jwt" => ("proof of possession", "鍵の所持の証明"),
        "phr-withdrawal+jwt" => ("withdrawal", "撤回"),
        "statuslist+jwt" => ("status list", "失効リスト"),
        "phr-receipt+jwt" => ("receipt", "記録"),
        "phr-emergency+jwt" => ("emergency statement", "緊急時の申告"),
        "trust-mark+jwt" => ("trust mark", "認証マーク"),
        "trust-mark-delegation+jwt" => ("delegation of a trust mark", "認証マークの委任"),
        "phr-trust-list+jwt" => ("trust list", "信頼リスト"),
        "phr-conformance+jwt" => ("conformance statement", "適合性の記録"),
        "secevent+jwt" => ("event", "通知"),
        _ => ("token", "トークン"),
    }
}

fn label(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "act" => ("agent", "代理人"),
        "actions" => ("actions", "操作"),
        "alg" => ("signature", "署名方式"),
        "arrangement_id" => ("arrangement", "取り決め"),
        "ath" => ("hash of the token", "トークンのハッシュ"),
        "aud" => ("meant for", "宛先"),
        "authorization_details" => ("part", "内容"),
        "auth_time" => ("signed in at", "本人確認の時刻"),
        "client_id" => ("client", "受け取る相手"),
        "cnf" => ("bound to", "結び付いた鍵"),
        "consent_jti" => ("consent", "同意"),
        "consent_s256" => ("hash of the consent", "同意のハッシュ"),
        "datatypes" => ("records", "情報種別"),
        "deident" => ("names removed", "名前などを消すか"),
        "depth" => ("depth", "深さ"),
        "display" => ("summary", "要約"),
        "dlg" => ("passing on", "再委譲"),
        "exclude" => ("left out", "除外"),
        "exp" => ("ends", "終わり"),
        "frequency" => ("how often", "頻度"),
        "handling" => ("handling", "取扱い"),
        "htm" => ("method", "メソッド"),
        "htu" => ("address", "URL"),
        "iat" => ("issued", "発行"),
        "iss" => ("issuer", "発行者"),
        "jkt" => ("thumbprint of the key", "鍵の拇印"),
        "jti" => ("identifier", "識別子"),
        "kid" => ("key", "鍵"),
        "nbf" => ("not before", "これより前は無効"),
        "notice" => ("notice", "説明文"),
        "on_end" => ("at the end", "終わったら"),
        "onward" => ("onward sharing", "再提供"),
        "overseas" => ("abroad", "外国への提供"),
        "par_s256" => ("hash of the parent", "親のハッシュ"),
        "period" => ("period", "対象期間"),
        "phr_pur" | "purposes" => ("purposes", "利用目的"),
        "recipient" => ("recipient", "受け取る相手"),
        "retention" => ("kept for", "保存期間"),
        "role" => ("role", "役割"),
        "roles" => ("roles", "役割"),
        "status" => ("status", "失効状況"),
        "sub" => ("about", "対象"),
        "supersedes" => ("replaces", "置き換える同意"),
        "typ" => ("kind", "種類"),
        "ver" => ("version", "版"),
        "withdraw_uri" => ("where to stop it", "やめるところ"),
        _ => return None,
    })
}
