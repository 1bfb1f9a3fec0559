use paravent::request::CleanRequest;

fn add(mut request: CleanRequest<()>) {
    request.parts.headers.clear();
}

fn main() {}
