// SPDX-License-Identifier: BSD-3-Clause
#include "svm/libsvm_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <string>
#include <string_view>

#include "base/text.h"
#include "svm/faults.h"
#include "svm/shown.h"

namespace vmaf_dnn::svm {
namespace {

using Words = std::vector<std::string_view>;
using Header = std::map<std::string_view, std::string_view>;

constexpr std::string_view kStart = "\nSV\n";
constexpr std::string_view kHeader[] = {"svm_type", "kernel_type", "gamma", "nr_class", "total_sv", "rho"};
constexpr std::string_view kBlanks = " \t\r\v\f";

// With an empty piece between two separators that follow one another.
Words split(std::string_view text, char separator) {
  Words pieces;
  for (;;) {
    const size_t end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

// The words of a line; `line` keeps what follows the first.
std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

double number(const std::string& where, std::string_view word) {
  const std::string_view digits = word.substr(!word.empty() && word[0] == '+' ? 1 : 0);
  double value = NAN;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool is_whole = error == std::errc() && end == digits.data() + digits.size();
  const bool is_signed_twice = digits.size() < word.size() && !digits.empty() && digits[0] == '-';
  if (!is_whole || is_signed_twice || !std::isfinite(value))
    throw Malformed("its libsvm text has " + shown(word) + " in " + where + ", expected a finite number");
  return value;
}

// From 1; 0 if it is none.
size_t index_of(std::string_view word) {
  size_t index = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), index);
  const bool is_whole = error == std::errc() && end == word.data() + word.size();
  return is_whole && word[0] != '0' ? index : 0;
}

Header parse_header(std::string_view head) {
  Words names;
  Header header;
  for (const std::string_view line : split(head, '\n')) {
    const std::string_view stated = without_blanks(line);
    const size_t blank = std::min(stated.find(' '), stated.size());
    names.push_back(stated.substr(0, blank));
    header[names.back()] = without_blanks(stated.substr(blank));
  }
  const auto is_stated = [&](std::string_view name) { return header.count(name) != 0; };
  if (names.size() != std::size(kHeader) || !std::all_of(std::begin(kHeader), std::end(kHeader), is_stated))
    throw Malformed("its libsvm text starts with " + shown(std::string_view(join(names))) + ", expected " +
                    join(kHeader));
  return header;
}

void check_kind(const Header& header) {
  constexpr std::string_view kComputed[][2] = {{"svm_type", "nu_svr"}, {"kernel_type", "rbf"}};
  for (const auto& [name, computed] : kComputed)
    if (header.at(name) != computed)
      throw NotComputed("its " + std::string(name) + " is " + shown(header.at(name)) + ", and only " +
                        std::string(computed) + " is computed");
  if (header.at("nr_class") != "2")
    throw Malformed("its libsvm text's nr_class is " + shown(header.at("nr_class")) + ", expected '2'");
}

// Writes the vector over zeros, which an index that the line leaves out stands for; returns its coefficient.
double parse_vector(const std::string& where, std::string_view line, double* vector, size_t n_features) {
  const double coefficient = number(where, take_word(line));
  size_t last = 0;
  for (std::string_view word = take_word(line); !word.empty(); word = take_word(line)) {
    const size_t colon = std::min(word.find(':'), word.size());
    const size_t index = index_of(word.substr(0, colon));
    if (index <= last || index > n_features)
      throw Malformed("its libsvm text has " + shown(word) + " in " + where +
                      ", expected index:value, with indices that rise from 1 to at most " +
                      std::to_string(n_features));
    last = index;
    vector[index - 1] = number(where, word.substr(std::min(colon + 1, word.size())));
  }
  return coefficient;
}

}  // namespace

SupportVectors parse_libsvm_text(const Json& model, size_t n_features) {
  const Json* const stated = model.find("model");
  const auto* const text = stated == nullptr ? nullptr : stated->as<std::string>();
  if (text == nullptr) refuse("its model", stated, "the text of libsvm");
  const size_t start = text->find(kStart);
  if (start == std::string::npos) throw Malformed("its libsvm text has no line SV");
  std::string_view body = std::string_view(*text).substr(start + kStart.size());
  const Header header = parse_header(std::string_view(*text).substr(0, start));
  check_kind(header);
  if (!body.empty() && body.back() == '\n') body.remove_suffix(1);
  const size_t n_vectors = static_cast<size_t>(std::count(body.begin(), body.end(), '\n')) + 1;
  if (header.at("total_sv") != std::to_string(n_vectors))
    throw Malformed("its libsvm text says total_sv " + shown(header.at("total_sv")) + " and has " +
                    std::to_string(n_vectors) + " support vectors");
  if (n_vectors > kMaxVectors)
    throw Malformed("its libsvm text has " + std::to_string(n_vectors) +
                    " support vectors, expected at most " + std::to_string(kMaxVectors));
  SupportVectors vectors;
  vectors.gamma = number("gamma", header.at("gamma"));
  if (!(vectors.gamma > 0))
    throw Malformed("its libsvm text's gamma is " + shown(vectors.gamma) + ", expected more than 0");
  vectors.coordinates.resize(n_vectors * n_features);
  for (size_t i = 0; i < n_vectors; ++i) {
    const std::string_view line = body.substr(0, body.find('\n'));
    vectors.coefficients.push_back(parse_vector("support vector " + std::to_string(i + 1), line,
                                                vectors.coordinates.data() + i * n_features, n_features));
    body.remove_prefix(std::min(line.size() + 1, body.size()));
  }
  vectors.rho = number("rho", header.at("rho"));
  return vectors;
}

}  // namespace vmaf_dnn::svm
