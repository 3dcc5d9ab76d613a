fn main() {
    std::process::exit(cello_scaffold::cli::run());
}
