//! The messages as tables, out of their schemas.

use phr_link::Lang;
use serde_json::{Map, Value};

use super::page::inline;
use crate::html::escape;

/// Where the schemas are in the document.
const PLACE: &str = "#/components/schemas/";

/// Writes a table for every message.
pub(super) fn messages(schemas: &Value, lang: Lang) -> String {
    let all = schemas.as_object().into_iter().flatten();
    // The codes have a table of their own.
    all.filter(|(name, _)| *name != "Code")
        .map(|(name, schema)| message(name, schema, lang))
        .collect()
}

/// Marks what must be there.
pub(super) const fn needed(is_needed: bool, lang: Lang) -> &'static str {
    match (is_needed, lang) {
        (false, _) => "",
        (true, Lang::En) => " <span class=\"needed\">required</span>",
        (true, Lang::Ja) => " <span class=\"needed\">必須</span>",
    }
}

fn message(name: &str, schema: &Value, lang: Lang) -> String {
    let about = schema.get("description").and_then(Value::as_str);
    let mut out = format!(
        "<article id=\"message-{name}\">\n<h3><code>{name}</code></h3>\n<p>{}</p>\n",
        inline(about.unwrap_or_default())
    );
    let alternatives = schema.get("oneOf").and_then(Value::as_array);
    match alternatives {
        Some(alternatives) => {
            for alternative in alternatives {
                out.push_str(&members(alternative, lang));
            }
        }
        None => out.push_str(&members(schema, lang)),
    }
    out.push_str("</article>\n");
    out
}

fn members(schema: &Value, lang: Lang) -> String {
    let Some(members) = schema.get("properties").and_then(Value::as_object) else {
        return format!("<p class=\"words\">{}</p>\n", kind(schema));
    };
    let required = schema.get("required").and_then(Value::as_array);
    let rows: String = members
        .iter()
        .map(|(name, member)| {
            let is_needed = required.is_some_and(|names| names.contains(&Value::from(&**name)));
            let about = member.get("description").and_then(Value::as_str);
            format!(
                "<tr><th scope=\"row\"><code>{}</code>{}</th><td>{}</td><td>{}</td></tr>\n",
                escape(name),
                needed(is_needed, lang),
                kind(member),
                inline(about.unwrap_or_default())
            )
        })
        .collect();
    format!("<div class=\"scroll\"><table><tbody>\n{rows}</tbody></table></div>\n")
}

/// What kind of value a schema demands.
fn kind(schema: &Value) -> String {
    let text = |name: &str| schema.get(name).and_then(Value::as_str);
    if let Some(name) = text("$ref").and_then(|place| place.strip_prefix(PLACE)) {
        let place = if name == "Code" {
            "codes".to_owned()
        } else {
            format!("message-{name}")
        };
        return format!("<a href=\"#{place}\">{name}</a>");
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        let words = words.iter().filter_map(Value::as_str);
        return words
            .map(|word| format!("<code>{}</code> ", escape(word)))
            .collect();
    }
    if let Some(word) = text("const") {
        return format!("<code>{}</code>", escape(word));
    }
    if let Some(alternatives) = schema.get("anyOf").and_then(Value::as_array) {
        let kinds: Vec<_> = alternatives.iter().map(kind).collect();
        return kinds.join(" | ");
    }
    if let Some(items) = schema.get("items") {
        return format!("{}[]", kind(items));
    }
    let named = match schema.get("type") {
        Some(Value::Array(names)) => {
            let names: Vec<_> = names.iter().filter_map(Value::as_str).collect();
            names.join(" | ")
        }
        Some(Value::String(name)) => name.clone(),
        _ => String::new(),
    };
    let bounds = ["format", "pattern"];
    let bounds = bounds.iter().filter_map(|name| text(name));
    let bounds: String = bounds
        .map(|bound| format!(" <code>{}</code>", escape(bound)))
        .collect();
    let is_map = schema
        .get("additionalProperties")
        .is_some_and(|inner| inner != &Value::Object(Map::new()) && inner.is_object());
    let of = if is_map {
        schema
            .get("additionalProperties")
            .map_or_else(String::new, |inner| format!(" of {}", kind(inner)))
    } else {
        String::new()
    };
    format!("{}{of}{bounds}", escape(&named))
}
