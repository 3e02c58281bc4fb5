package dev.coil.ops.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A process of many workers over HTTP, each on a connection of its own, whose tasks end as soon as they have come. What to do stands on the
 * lines of its standard input; each is answered with a line when it is done:
 *
 * <pre>
 *   open COUNT OS     so many workers of an operating system come; done when each waits for a task
 *   reopen            all their connections end at once, and they come back; done when each waits again
 *   expect            the node is about to lose all their connections; done at once
 *   again             done when each waits again after that
 * </pre>
 */
final class Crowd {

    private static final int LARGEST_ANSWER = 1 << 20;
    private static final long PATIENCE_SECONDS = 300;
    private static final long AGAIN_MILLIS = 500;

    /** As the workers do. */
    private static final int POLL_SECONDS = 30;

    private static final long STARTED = Instant.now().getEpochSecond();

    private final URI node;
    private final Bootstrap bootstrap;
    private final List<Member> members = new ArrayList<>();
    private CountDownLatch expected = new CountDownLatch(0);

    private Crowd(URI node) {
        this.node = node;
        bootstrap = new Bootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()))
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .remoteAddress(node.getHost(), node.getPort());
    }

    /** @param args the node's URL */
    public static void main(String[] args) throws IOException, InterruptedException {
        var crowd = new Crowd(URI.create(args[0]));
        var orders = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
        for (var order = orders.readLine(); order != null; order = orders.readLine()) {
            var words = order.split(" ");
            long from = System.nanoTime();
            switch (words[0]) {
                case "open" -> crowd.open(Integer.parseInt(words[1]), words[2]);
                case "reopen" -> crowd.reopen();
                case "expect" -> crowd.expect();
                default -> await(crowd.expected);
            }
            System.out.println(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from));
        }
        System.exit(0);
    }

    private void open(int count, String os) throws IOException, InterruptedException {
        var waiting = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            var member = new Member(members.size(), os);
            members.add(member);
            member.waiting = waiting;
            member.connect();
        }
        await(waiting);
    }

    private void reopen() throws IOException, InterruptedException {
        expect();
        members.forEach(Member::hangUp);
        await(expected);
    }

    private void expect() {
        expected = new CountDownLatch(members.size());
        for (var member : members) {
            member.waiting = expected;
        }
    }

    private static void await(CountDownLatch waiting) throws IOException, InterruptedException {
        if (!waiting.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException(waiting.getCount() + " workers did not get as far as to wait for a task");
        }
    }

    /** One worker. All but its construction is its event loop's. */
    private final class Member extends ChannelInitializer<Channel> {
        final String path;
        final String hello;
        volatile CountDownLatch waiting = new CountDownLatch(0);
        private volatile Channel channel;
        private boolean known;

        Member(int number, String os) {
            path = String.format(Locale.ROOT, "/api/v1/worker/sessions/%032x", number + 1);
            hello = String.format(
                    Locale.ROOT,
                    "worker=%016x&name=crowd-%d&started=%d&fact=os%%3D%s&fact=arch%%3Dx86_64",
                    number + 1,
                    number,
                    STARTED,
                    os);
        }

        void connect() {
            bootstrap.clone().handler(this).connect().addListener(done -> {
                if (!done.isSuccess()) {
                    bootstrap.config().group().schedule(this::connect, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                }
            });
        }

        void hangUp() {
            channel.close();
        }

        @Override
        protected void initChannel(Channel made) {
            channel = made;
            known = false;
            made.pipeline()
                    .addLast(new HttpClientCodec(), new HttpObjectAggregator(LARGEST_ANSWER), new Conversation(this));
        }

        private void send(HttpMethod method, String at, String body) {
            var request =
                    new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, at, Unpooled.copiedBuffer(body, US_ASCII));
            request.headers()
                    .set(HttpHeaderNames.HOST, node.getAuthority())
                    .set(HttpHeaderNames.CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .set(HttpHeaderNames.CONTENT_LENGTH, body.length());
            channel.writeAndFlush(request);
        }

        void announce() {
            send(HttpMethod.PUT, path, hello);
        }

        void poll() {
            send(HttpMethod.POST, path + "/claim?wait=" + POLL_SECONDS, "");
        }

        void handle(FullHttpResponse answer) {
            int status = answer.status().code();
            if (status >= 400) {
                known = false;
                channel.eventLoop().schedule(this::announce, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            } else if (status == 200) {
                var text = answer.content().toString(US_ASCII);
                var token = text.substring("claim ".length(), text.indexOf('\n'));
                long now = System.currentTimeMillis();
                send(
                        HttpMethod.POST,
                        path + "/claims/" + token + "/result",
                        "outcome=success&exit-code=0&log-bytes=0&started=" + now + "&finished=" + now);
            } else {
                poll();
                if (!known) {
                    known = true;
                    waiting.countDown();
                }
            }
        }
    }

    private static final class Conversation extends SimpleChannelInboundHandler<FullHttpResponse> {
        private final Member member;

        Conversation(Member member) {
            this.member = member;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            member.announce();
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse answer) {
            member.handle(answer);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            member.connect();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
