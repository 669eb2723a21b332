// One execution of a program, as JavaScript asks for it: read from values on the JavaScript thread, executed on any
// thread.
#ifndef FEEDFORWARD_NAPI_REQUEST_H_
#define FEEDFORWARD_NAPI_REQUEST_H_

#include <stdlib.h>

#include "napi/values.h"

namespace ff {

constexpr uint32_t kMaxColumns = 4096;

struct Request {
  bool is_train = false;
  FFStep step{};  // of a run; a train has its own
  FFTrain train{};
  FFColumn* columns = nullptr;
  FFColumn* outputs = nullptr;
  uint32_t* reports = nullptr;

  Request() = default;
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;
  ~Request() {
    free(columns);
    free(outputs);
    free(reports);
  }

  int32_t execute(FFProgram* program, uint32_t* steps_done) {
    if (is_train) return ff_train(program, &train, steps_done);
    return ff_run(program, train.first, train.last, train.batch_rows, &step);
  }
};

// arguments: first, last, batchRows, learningRate, step, seedLow, seedHigh
inline bool read_run(napi_env env, const napi_value* arguments, Request* request) {
  double learning_rate;
  FFTrain& train = request->train;
  FFStep& step = request->step;
  if (!read_uint32(env, arguments[0], "first", &train.first) || !read_uint32(env, arguments[1], "last", &train.last) ||
      !read_uint32(env, arguments[2], "batchRows", &train.batch_rows) ||
      !read_number(env, arguments[3], "learningRate", &learning_rate) ||
      !read_uint32(env, arguments[4], "step", &step.step) ||
      !read_uint32(env, arguments[5], "seed[0]", &step.seed_lo) ||
      !read_uint32(env, arguments[6], "seed[1]", &step.seed_hi)) {
    return false;
  }
  step.learning_rate = static_cast<float>(learning_rate);
  return true;
}

// The values of a train request. They are collected first, because reading a property may run JavaScript, and what that
// does to the buffers must have happened before their addresses are taken.
class TrainReader {
 public:
  TrainReader(napi_env env, Request* request) : env_(env), request_(request), train_(request->train) {}

  // Collects the values; `kept` becomes an array of the objects that must live as long as the execution.
  bool collect(napi_value object, napi_value* kept) {
    request_->is_train = true;
    napi_value seed, stop;
    if (napi_create_array(env_, &kept_) != napi_ok) return fail_expected(env_, "train", "memory for an array");
    *kept = kept_;
    if (!read_uint32_property(env_, object, "first", &train_.first) ||
        !read_uint32_property(env_, object, "updateFirst", &train_.update_first) ||
        !read_uint32_property(env_, object, "applyFirst", &train_.apply_first) ||
        !read_uint32_property(env_, object, "last", &train_.last) ||
        !read_uint32_property(env_, object, "applyEvery", &train_.apply_every) ||
        !read_uint32_property(env_, object, "batchRows", &train_.batch_rows) ||
        !read_uint32_property(env_, object, "step", &train_.step.step) || !read_property(env_, object, "seed", &seed) ||
        !read_seed(seed) || !collect_array(object, "order", &order_) ||
        !collect_optional(object, "learningRates", &rates_) ||
        !collect_columns(object, "columns", &columns_list_, &request_->columns, &train_.column_count) ||
        !collect_columns(object, "outputs", &outputs_list_, &request_->outputs, &train_.output_count) ||
        !collect_reports(object) || !collect_array(object, "reportValues", &values_) ||
        !read_property(env_, object, "stopIfNotFinite", &stop)) {
      return false;
    }
    bool flag = false;
    napi_valuetype type;
    if (napi_typeof(env_, stop, &type) == napi_ok && type == napi_boolean) napi_get_value_bool(env_, stop, &flag);
    train_.stop_if_not_finite = flag ? 1 : 0;
    return true;
  }

  // Takes the addresses; runs no JavaScript.
  bool resolve() {
    Elements order, rates{}, values;
    if (!read_elements(env_, order_, "order", napi_int32_array, &order)) return false;
    if (rates_ != nullptr && !read_elements(env_, rates_, "learningRates", napi_float32_array, &rates)) return false;
    if (!read_elements(env_, values_, "reportValues", napi_float32_array, &values)) return false;
    if (order.length > 0x7fffffff) return fail_expected(env_, "order", "less than 2^31 row numbers");
    const uint64_t count = order.length;
    const uint64_t steps = train_.batch_rows == 0 ? 0 : (count + train_.batch_rows - 1) / train_.batch_rows;
    if (rates_ != nullptr && rates.length < steps) return fail_expected(env_, "learningRates", "one element a step");
    train_.order = static_cast<const int32_t*>(order.data);
    train_.order_count = static_cast<uint32_t>(count);
    train_.learning_rates = static_cast<const float*>(rates.data);
    train_.report_values = static_cast<float*>(values.data);
    train_.report_value_count = values.length > 0xffffffffu ? 0xffffffffu : static_cast<uint32_t>(values.length);
    train_.reports = request_->reports;
    train_.columns = request_->columns;
    train_.outputs = request_->outputs;
    return resolve_columns(columns_list_, "columns", request_->columns, train_.column_count) &&
           resolve_columns(outputs_list_, "outputs", request_->outputs, train_.output_count);
  }

 private:
  bool keep(napi_value value) { return napi_set_element(env_, kept_, kept_count_++, value) == napi_ok; }

  bool read_seed(napi_value seed) {
    uint32_t length;
    napi_value low, high;
    if (!read_list(env_, seed, "seed", 2, &length)) return false;
    if (length != 2) return fail_expected(env_, "seed", "two numbers");
    return napi_get_element(env_, seed, 0, &low) == napi_ok && napi_get_element(env_, seed, 1, &high) == napi_ok &&
           read_uint32(env_, low, "seed[0]", &train_.step.seed_lo) &&
           read_uint32(env_, high, "seed[1]", &train_.step.seed_hi);
  }

  bool collect_array(napi_value object, const char* name, napi_value* value) {
    return read_property(env_, object, name, value) && check_buffer(env_, *value, name) && keep(*value);
  }

  bool collect_optional(napi_value object, const char* name, napi_value* value) {
    if (!read_property(env_, object, name, value)) return false;
    if (!is_nullish(env_, *value)) return check_buffer(env_, *value, name) && keep(*value);
    *value = nullptr;
    return true;
  }

  // Leaves the typed arrays in a list of our own making, which no getter can change.
  bool collect_columns(napi_value object, const char* name, napi_value* arrays, FFColumn** columns, uint32_t* count) {
    napi_value list;
    *count = 0;
    if (!read_property(env_, object, name, &list)) return false;
    if (is_nullish(env_, list)) return true;
    uint32_t length;
    if (!read_list(env_, list, name, kMaxColumns, &length)) return false;
    if (length == 0) return true;
    *columns = static_cast<FFColumn*>(calloc(length, sizeof(FFColumn)));
    if (*columns == nullptr) return fail(env_, FF_OUT_OF_MEMORY, "train: out of memory.");
    if (napi_create_array(env_, arrays) != napi_ok || !keep(*arrays))
      return fail_expected(env_, name, "memory for an array");
    for (uint32_t i = 0; i < length; ++i) {
      napi_value column, data;
      if (napi_get_element(env_, list, i, &column) != napi_ok) return fail_expected(env_, name, "an array of columns");
      if (!read_uint32_property(env_, column, "tensor", &(*columns)[i].tensor) ||
          !read_uint32_property(env_, column, "width", &(*columns)[i].width) ||
          !read_property(env_, column, "data", &data) || !check_buffer(env_, data, "data")) {
        return false;
      }
      if (napi_set_element(env_, *arrays, i, data) != napi_ok) return fail_expected(env_, name, "an array of columns");
    }
    *count = length;
    return true;
  }

  bool collect_reports(napi_value object) {
    napi_value list;
    uint32_t length = 0;
    if (!read_property(env_, object, "reports", &list) || !read_list(env_, list, "reports", kMaxColumns, &length))
      return false;
    request_->reports = static_cast<uint32_t*>(calloc(length + 1, sizeof(uint32_t)));
    if (request_->reports == nullptr) return fail(env_, FF_OUT_OF_MEMORY, "train: out of memory.");
    for (uint32_t i = 0; i < length; ++i) {
      napi_value value;
      if (napi_get_element(env_, list, i, &value) != napi_ok)
        return fail_expected(env_, "reports", "an array of numbers");
      if (!read_uint32(env_, value, "reports", &request_->reports[i])) return false;
    }
    train_.report_count = length;
    return true;
  }

  bool resolve_columns(napi_value arrays, const char* name, FFColumn* columns, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
      napi_value value;
      Elements elements;
      if (napi_get_element(env_, arrays, i, &value) != napi_ok || !read_elements(env_, value, name, &elements)) {
        return fail_expected(env_, name, "typed arrays");
      }
      FFColumn& column = columns[i];
      if (column.width == 0) return fail_expected(env_, name, "a width of at least 1");
      const size_t rows = elements.length / column.width;
      column.data = elements.data;
      column.rows = rows > 0x7fffffff ? 0x7fffffffu : static_cast<uint32_t>(rows);
      switch (elements.type) {
        case napi_float32_array:
          column.type = FF_FLOAT32;
          break;
        case napi_uint8_array:
        case napi_uint8_clamped_array:
          column.type = FF_UINT8;
          break;
        case napi_int32_array:
          column.type = FF_INT32;
          break;
        default:
          return fail_expected(env_, name, "data in a Float32Array, Uint8Array or Int32Array");
      }
    }
    return true;
  }

  napi_env env_;
  Request* request_;
  FFTrain& train_;
  napi_value kept_ = nullptr;
  uint32_t kept_count_ = 0;
  napi_value order_ = nullptr;
  napi_value rates_ = nullptr;
  napi_value values_ = nullptr;
  napi_value columns_list_ = nullptr;
  napi_value outputs_list_ = nullptr;
};

}  // namespace ff

#endif  // FEEDFORWARD_NAPI_REQUEST_H_
