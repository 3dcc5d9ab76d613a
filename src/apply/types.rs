//! What type checkers say, line by line: `src/a.ts(1,7): error TS2322: …` of `tsc` and `vue-tsc`, and
//! `1795451971469 ERROR "src/a.ts" 1:7 "…"` of `svelte-check`.

/// An error of a type checker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Complaint {
    /// The file, from the folder it was run in; empty for one that is about none.
    pub file: String,
    /// Line and column, from 1.
    pub line: usize,
    pub column: usize,
    /// What is wrong.
    pub text: String,
}

impl Complaint {
    /// The byte it points to.
    pub fn offset(&self, text: &str) -> usize {
        let before =
            text.split_inclusive('\n').take(self.line.saturating_sub(1)).map(str::len).sum::<usize>();
        let line = text.get(before..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        // Columns count UTF-16 units.
        let mut units = self.column.saturating_sub(1);
        let inside = line.chars().take_while(|letter| {
            let fits = units > 0;
            units = units.saturating_sub(letter.len_utf16());
            fits
        });
        before + inside.map(char::len_utf8).sum::<usize>()
    }
}

/// The errors in what a checker said.
pub(super) fn complaints(output: &str) -> Vec<Complaint> {
    output.lines().filter_map(|line| by_compiler(line).or_else(|| by_svelte(line))).collect()
}

fn by_compiler(line: &str) -> Option<Complaint> {
    let (place, text) =
        line.split_once(": error TS").or_else(|| Some(("", line.strip_prefix("error TS")?)))?;
    let text = format!("TS{text}");
    if place.is_empty() {
        return Some(Complaint { file: String::new(), line: 1, column: 1, text });
    }
    let (file, at) = place.strip_suffix(')')?.rsplit_once('(')?;
    let (line, column) = at.split_once(',')?;
    Some(Complaint { file: clean(file), line: line.parse().ok()?, column: column.parse().ok()?, text })
}

fn by_svelte(line: &str) -> Option<Complaint> {
    let (time, rest) = line.split_once(' ')?;
    let rest = rest.strip_prefix("ERROR ").filter(|_| time.bytes().all(|byte| byte.is_ascii_digit()))?;
    let mut parts = serde_json::Deserializer::from_str(rest).into_iter::<String>();
    let file = parts.next()?.ok()?;
    let rest = rest.get(parts.byte_offset()..)?.trim_start();
    let (at, text) = rest.split_once(' ')?;
    let (line, column) = at.split_once(':')?;
    let text = serde_json::from_str(text.trim()).unwrap_or_else(|_| text.trim().to_string());
    Some(Complaint { file: clean(&file), line: line.parse().ok()?, column: column.parse().ok()?, text })
}

fn clean(file: &str) -> String {
    file.replace('\\', "/").trim_start_matches("./").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_saying_it_are_read() {
        let said = "src/a.ts(2,7): error TS2322: Type 'string' is not assignable to type 'number'.\n  \
                    Further words.\nerror TS18003: No inputs were found.\n\
                    1795451971437 START \"/tmp/app\"\n\
                    1795451971469 ERROR \"src/B.svelte\" 1:23 \"Type \\\"a\\\" is not assignable.\"\n\
                    1795451971469 WARNING \"src/B.svelte\" 1:2 \"Unused.\"\n\
                    1795451971469 COMPLETED 86 FILES 2 ERRORS\n";
        let found = complaints(said);
        let shown: Vec<_> =
            found.iter().map(|one| (one.file.as_str(), one.line, one.column, one.text.as_str())).collect();
        assert_eq!(
            shown,
            [
                ("src/a.ts", 2, 7, "TS2322: Type 'string' is not assignable to type 'number'."),
                ("", 1, 1, "TS18003: No inputs were found."),
                ("src/B.svelte", 1, 23, "Type \"a\" is not assignable."),
            ]
        );
        assert_eq!(found[0].offset("import x;\nconst x = 1;\n"), 16);
        // A column counts UTF-16 units, and a line that is gone is the end.
        let at = |line, column, text: &str| {
            Complaint { file: String::new(), line, column, text: String::new() }.offset(text)
        };
        assert_eq!(at(1, 4, "ä😀x"), 6);
        assert_eq!(at(9, 4, "ab\n"), 3);
    }
}
