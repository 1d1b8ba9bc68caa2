#include "http/request.h"

namespace drawbridge::http {

std::string_view method_name(Method method) {
    switch (method) {
        case Method::get: return "GET";
        case Method::post: return "POST";
        case Method::other: return "OTHER";
    }
    return "OTHER";
}

std::string_view RequestHead::path() const {
    return std::string_view(target).substr(0, target.find('?'));
}

std::string_view RequestHead::query() const {
    const auto mark = target.find('?');
    return mark == std::string::npos ? std::string_view("?")
                                     : std::string_view(target).substr(mark);
}

}  // namespace drawbridge::http
