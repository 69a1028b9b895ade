#include "serve/photo_request.h"

#include <gtest/gtest.h>

namespace alexnet::serve {
namespace {

httplib::Request request_of(const std::string& type, const std::string& body) {
  httplib::Request request;
  request.set_header("Content-Type", type);
  request.body = body;
  return request;
}

int status_of(const httplib::Request& request) {
  try {
    static_cast<void>(photos_of(request));
    return 200;
  } catch (const BadRequest& bad) {
    return bad.status;
  }
}

TEST(PhotoRequest, Base64) {
  // Source: RFC 4648, section 10.
  EXPECT_EQ(from_base64(""), "");
  EXPECT_EQ(from_base64("Zg=="), "f");
  EXPECT_EQ(from_base64("Zm8="), "fo");
  EXPECT_EQ(from_base64("Zm9v"), "foo");
  EXPECT_EQ(from_base64("Zm9vYmFy"), "foobar");
  EXPECT_THROW(static_cast<void>(from_base64("Zg")), BadRequest);
  EXPECT_THROW(static_cast<void>(from_base64("Z!==")), BadRequest);
}

TEST(PhotoRequest, JsonThatWouldFillTheMemoryIsRefused) {
  EXPECT_TRUE(json_of("[[[{\"a\": 1}]]]").is_array());
  EXPECT_TRUE(json_of("[1").is_discarded());
  EXPECT_THROW(static_cast<void>(json_of(std::string(1000, '['))), BadRequest);
  std::string many = "[0";
  for (int i = 0; i < 20'000; ++i) {
    many += ",{}";
  }
  EXPECT_THROW(static_cast<void>(json_of(many + "]")), BadRequest);
  EXPECT_EQ(status_of(request_of("application/json", std::string(1000, '['))), 400);
}

TEST(PhotoRequest, TheBodyItself) {
  for (const char* type : {"image/jpeg", "IMAGE/PNG", "application/octet-stream", "image/jpeg; q=1"}) {
    const auto photos = photos_of(request_of(type, "bytes"));
    ASSERT_EQ(photos.size(), 1U);
    EXPECT_EQ(photos[0].bytes, "bytes");
  }
}

TEST(PhotoRequest, Json) {
  const auto one = photos_of(request_of("application/json", R"({"data":"Zm9v"})"));
  EXPECT_EQ(one.at(0).bytes, "foo");
  const auto two = photos_of(
      request_of("application/json", R"({"photos":[{"name":"a.jpg","data":"Zm9v"},{"name":"b.jpg","data":"Zg=="}]})"));
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[0].name, "a.jpg");
  EXPECT_EQ(two[1].bytes, "f");
}

TEST(PhotoRequest, SaysWhatItCannotRead) {
  EXPECT_EQ(status_of(request_of("", "bytes")), 415);
  EXPECT_EQ(status_of(request_of("text/plain", "bytes")), 415);
  for (const char* body : {"", "{", "[]", "{}", R"({"data":3})", R"({"data":"Zg"})", R"({"photos":[]})",
                           R"({"photos":3})", R"({"photos":[3]})"}) {
    EXPECT_EQ(status_of(request_of("application/json", body)), 400) << body;
  }
}

}  // namespace
}  // namespace alexnet::serve
