class Ft < Formula
  desc "File transfer and chat: ftserver and ftclient"
  homepage "https://github.com/@REPOSITORY@"
  version "@VERSION@"
  license "MIT"

  on_macos do
    on_arm do
      url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/ftclient-macos-arm64"
      sha256 "@SHA256:ftclient-macos-arm64@"

      resource "ftserver" do
        url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/ftserver-macos-arm64"
        sha256 "@SHA256:ftserver-macos-arm64@"
      end
    end
    on_intel do
      url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/ftclient-macos-x64"
      sha256 "@SHA256:ftclient-macos-x64@"

      resource "ftserver" do
        url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/ftserver-macos-x64"
        sha256 "@SHA256:ftserver-macos-x64@"
      end
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/ftclient-linux-arm64"
      sha256 "@SHA256:ftclient-linux-arm64@"

      resource "ftserver" do
        url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/ftserver-linux-arm64"
        sha256 "@SHA256:ftserver-linux-arm64@"
      end
    end
    on_intel do
      url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/ftclient-linux-x64"
      sha256 "@SHA256:ftclient-linux-x64@"

      resource "ftserver" do
        url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/ftserver-linux-x64"
        sha256 "@SHA256:ftserver-linux-x64@"
      end
    end
  end

  resource "share" do
    url "https://github.com/@REPOSITORY@/releases/download/v@VERSION@/ft-share.tar.gz"
    sha256 "@SHA256:ft-share.tar.gz@"
  end

  def install
    bin.install Dir["ftclient-*"].first => "ftclient"
    resource("ftserver").stage { bin.install Dir["ftserver-*"].first => "ftserver" }
    resource("share").stage { man1.install Dir["man/man1/*.1"] }
    chmod 0755, [bin/"ftclient", bin/"ftserver"]
    %w[ftclient ftserver].each do |program|
      generate_completions_from_executable(bin/program, "--completions")
    end
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/ftclient --version")
    assert_match version.to_s, shell_output("#{bin}/ftserver --version")
  end
end
