fn main() {
    // `sqlx::migrate!` embeds the folder, but cargo doesn't know that a new file there matters.
    println!("cargo:rerun-if-changed=migrations");
}
