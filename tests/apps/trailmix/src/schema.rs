diesel::table! {
    sessions (token) {
        token -> Text,
        user_id -> Int8,
    }
}

diesel::table! {
    users (id) {
        id -> Int8,
        subject -> Text,
        email -> Text,
        name -> Text,
        stripe_customer -> Nullable<Text>,
    }
}

diesel::table! {
    walks (id) {
        id -> Int8,
        user_id -> Int8,
        title -> Text,
        metres -> Int4,
    }
}

diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(walks -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(sessions, users, walks);
