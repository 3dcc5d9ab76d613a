//! A statement as words and signs, and which of its values are parameters.
//!
//! `VALUES (lower(?), now(), $2)` has two, and MySQL's `SET email = ?, created_at = NOW()` one.

/// Columns and parameters of MySQL's `SET email = ?, created_at = NOW()`.
pub fn assigned(words: &[String]) -> Vec<(String, Option<usize>)> {
    let end = words
        .windows(2)
        .position(|pair| pair[0].eq_ignore_ascii_case("on") && pair[1].eq_ignore_ascii_case("duplicate"));
    let (mut marks, mut depth, mut found) = (0, 0usize, Vec::new());
    let words = &words[..end.unwrap_or(words.len())];
    for (i, word) in words.iter().enumerate() {
        let ends = words.get(i + 1).is_none_or(|next| next == "," || next == ";");
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            "=" if depth == 0 && i > 0 => found.push((words[i - 1].to_ascii_lowercase(), None)),
            "?" => {
                // Alone on its side.
                if let Some((_, parameter)) = found.last_mut().filter(|_| ends && words[i - 1] == "=") {
                    *parameter = Some(marks);
                }
                marks += 1;
            }
            _ => {}
        }
    }
    found
}

/// The parameters in `(?, now(), $2)`.
pub fn parameters(words: &[String]) -> Vec<Option<usize>> {
    let (mut depth, mut marks) = (0usize, 0usize);
    let mut values: Vec<Vec<&str>> = vec![Vec::new()];
    for word in words {
        match word.as_str() {
            "(" => depth += 1,
            ")" if depth == 1 => break,
            ")" => depth = depth.saturating_sub(1),
            "," if depth == 1 => values.push(Vec::new()),
            _ => {}
        }
        if depth > 1 || (word != "(" && word != ",") {
            values.last_mut().into_iter().for_each(|value| value.push(word));
        }
    }
    let number = |word: &str, marks: &mut usize| {
        if word == "?" {
            *marks += 1;
            return Some(*marks - 1);
        }
        word.strip_prefix(['$', '?'])?.parse::<usize>().ok()?.checked_sub(1)
    };
    values
        .iter()
        .map(|value| {
            // Marks count wherever they stand, also within `lower(?)`.
            let numbers: Vec<_> = value.iter().map(|word| number(word, &mut marks)).collect();
            if let [number] = numbers.as_slice() { *number } else { None }
        })
        .collect()
}

/// Names in the parentheses that start at a token; empty without any.
pub fn list(words: &[String], open: usize) -> Vec<String> {
    if words.get(open).map(String::as_str) != Some("(") {
        return Vec::new();
    }
    words[open + 1..]
        .iter()
        .take_while(|word| *word != ")")
        .filter(|word| *word != ",")
        .map(|word| word.to_ascii_lowercase())
        .collect()
}

/// Words and punctuation of a statement; quotes around names go, comments and string values too.
pub fn tokens(sql: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '-' if chars.peek() == Some(&'-') => {
                for c in chars.by_ref() {
                    if c == '\n' {
                        break;
                    }
                }
            }
            '\'' => {
                // A value; its content never matters here.
                for c in chars.by_ref() {
                    if c == '\'' {
                        break;
                    }
                }
                out.push("''".to_string());
            }
            '"' | '`' | '[' => {
                let end = if c == '[' { ']' } else { c };
                out.push(chars.by_ref().take_while(|&c| c != end).collect());
            }
            c if c.is_alphanumeric() || c == '_' || c == '$' || c == '?' || c == '*' => {
                let mut word = String::from(c);
                while let Some(&next) = chars.peek() {
                    if !(next.is_alphanumeric() || next == '_') {
                        break;
                    }
                    word.push(next);
                    chars.next();
                }
                out.push(word);
            }
            c if c.is_whitespace() => {}
            c => out.push(c.to_string()),
        }
    }
    out
}
