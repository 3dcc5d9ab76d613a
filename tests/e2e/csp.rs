//! Content security policies, read as browsers do, as far as these tests need.

use std::collections::BTreeMap;

/// Sources by directive.
pub struct Policy(BTreeMap<String, Vec<String>>);

impl Policy {
    pub fn read(header: &str) -> Self {
        let directives = header.split(';').filter_map(|directive| {
            let mut words = directive.split_whitespace().map(str::to_string);
            Some((words.next()?, words.collect()))
        });
        // Of a directive that comes twice the first one counts.
        let mut policy = BTreeMap::new();
        for (name, sources) in directives {
            policy.entry(name).or_insert(sources);
        }
        Self(policy)
    }

    pub fn directives(&self) -> impl Iterator<Item = (&String, &Vec<String>)> {
        self.0.iter()
    }

    fn sources(&self, directive: &str) -> &[String] {
        let given = self.0.get(directive).or_else(|| self.0.get("default-src"));
        given.map_or(&[], Vec::as_slice)
    }

    pub fn has(&self, directive: &str, source: &str) -> bool {
        self.sources(directive).iter().any(|known| known == source)
    }

    /// Whether something may come from this host over HTTPS.
    pub fn allows(&self, directive: &str, host: &str) -> bool {
        self.sources(directive).iter().any(|source| {
            let source = source.strip_prefix("https://").unwrap_or(source);
            source == host
                || source.strip_prefix('*').is_some_and(|end| end.starts_with('.') && host.ends_with(end))
        })
    }
}

#[test]
fn policies_are_read_as_browsers_do() {
    let policy = Policy::read(
        "default-src 'self'; script-src 'self' https://*.cello.so; script-src 'none'; img-src *",
    );
    assert!(policy.allows("script-src", "assets.sandbox.cello.so"));
    assert!(!policy.allows("script-src", "cello.so.example.org"));
    assert!(!policy.allows("font-src", "assets.cello.so"));
    assert!(policy.has("font-src", "'self'") && !policy.has("img-src", "'self'"));
}
