//! A new access token is asked for with every event.
//!
//! Near misses: a token that is kept in any way, here or where the function is called.

use super::Hit;
use crate::doctor::chart::Chart;

/// Words of code that keeps something for later.
const KEEPS: [&str; 27] = [
    "Mutex",
    "RwLock",
    "OnceCell",
    "OnceLock",
    "LazyLock",
    "Lazy",
    "ArcSwap",
    "ArcSwapOption",
    "moka",
    "cached",
    "Cache",
    "cache",
    "Instant",
    "expires_at",
    "expires_in",
    "expiresIn",
    "watch",
    "static",
    "DashMap",
    "thread_local",
    "query",
    "insert",
    "set",
    "redis",
    "store",
    "save",
    "memo",
];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let index = &chart.target.index;
    let keeps = |file: &str| {
        let text = chart.target.text(file).map_or("", |file| file.text.as_str());
        text.split(|ch: char| !(ch.is_alphanumeric() || ch == '_')).any(|word| KEEPS.contains(&word))
    };
    let senders = chart.senders();
    let mut hits = Vec::new();
    for shape in chart.shapes_with("accessKeyId") {
        let asks = &index.functions[shape.function];
        if chart.only_function(&asks.name) != Some(shape.function) {
            continue;
        }
        let calling = |id: &usize| {
            let calls = chart.rust.functions.get(id).is_some_and(|words| words.contains(&asks.name));
            calls || *id == shape.function
        };
        let everywhere = index.functions.iter().enumerate().filter(|(_, function)| !function.test);
        let files = everywhere.filter(|(id, _)| calling(id)).map(|(_, function)| function.file.as_str());
        let kept = files.chain([shape.file.as_str()]).any(keeps);
        if !kept && senders.iter().any(calling) {
            hits.push(Hit::new(&shape.file, &shape.at, "Every event asks for an access token of its own."));
        }
    }
    hits
}
