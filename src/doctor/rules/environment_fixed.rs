//! Everything leads to Cello's sandbox, and no setting could change that.
//!
//! Near misses: a default beside a setting; both hosts to choose from; production's hosts, in which pre-launch accounts live.

use super::Hit;
use crate::doctor::chart::Chart;

const SANDBOX: &str = ".sandbox.cello.so";

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let code =
        chart.target.files.values().chain(chart.front).map(|file| (file.path.as_str(), file.text.as_str()));
    let rust = chart.target.index.files.keys().filter_map(|path| chart.target.text(path));
    let all = code.chain(rust.map(|file| (file.path.as_str(), file.text.as_str())));
    for (path, text) in all.filter(|(path, _)| !path.ends_with(".md")) {
        // Production's hosts, a wildcard, or a switch: somebody chooses.
        let others = text.replace(SANDBOX, "").contains(".cello.so");
        let switch = [
            "CELLO_ENV",
            "CELLO_API",
            "CELLO_ASSETS",
            "CELLO_BASE",
            "CELLO_HOST",
            "CELLO_URL",
            "CELLO_SANDBOX",
        ];
        if others && !path.starts_with("tests/") || switch.iter().any(|name| text.contains(name)) {
            return Vec::new();
        }
    }
    let says = |text: &str| text.contains(SANDBOX);
    let tags = chart.tags.iter().filter(|tag| !tag.in_string && tag.tag.attribute("src").is_some_and(says));
    let tags = tags.map(|tag| (&tag.file, &tag.tag.at));
    let scripts =
        chart.scripts.iter().filter(|script| !script.tokens.iter().any(|token| token.is("env"))).flat_map(
            |script| {
                let fixed = script.tokens.iter().filter(|token| token.string().is_some_and(says));
                fixed.map(|token| (&script.file, &token.at))
            },
        );
    let literals =
        chart.rust.literals.iter().filter(|literal| says(&literal.text) && !is_default(chart, literal));
    let literals = literals.map(|literal| (&literal.file, &literal.at));
    let text = "Cello's sandbox is fixed here, and nothing leads to production.";
    tags.chain(scripts).chain(literals).take(1).map(|(file, at)| Hit::new(file, at, text)).collect()
}

/// True for an address that is taken where a setting says nothing.
fn is_default(chart: &Chart<'_>, literal: &crate::doctor::chart::Literal) -> bool {
    const READS: [&str; 6] = ["var", "env", "unwrap_or", "unwrap_or_else", "option_env", "default_value"];
    let around = chart.function_at(&literal.file, &literal.at);
    around
        .and_then(|id| chart.rust.functions.get(&id))
        .is_some_and(|words| READS.iter().any(|word| words.contains(*word)))
}
