package main

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumiprovider "github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

type thing struct {
	pulumi.CustomResourceState
	Shout pulumi.StringOutput `pulumi:"shout"`
}

type box struct {
	pulumi.ResourceState
	Shout pulumi.StringOutput `pulumi:"shout"`
	Inner pulumi.IDOutput     `pulumi:"inner"`
}

type boxArgs struct {
	Value pulumi.StringInput `pulumi:"value"`
}

func (p *provider) Construct(
	ctx context.Context, req *pulumirpc.ConstructRequest,
) (*pulumirpc.ConstructResponse, error) {
	return pulumiprovider.Construct(ctx, req, p.engine, func(
		ctx *pulumi.Context, typ, name string, inputs pulumiprovider.ConstructInputs, options pulumi.ResourceOption,
	) (*pulumiprovider.ConstructResult, error) {
		if typ != "gofake:index:Box" {
			return nil, fmt.Errorf("no component %q", typ)
		}
		args := &boxArgs{}
		if err := inputs.CopyTo(args); err != nil {
			return nil, err
		}
		made, err := newBox(ctx, name, args, options)
		if err != nil {
			return nil, err
		}
		return pulumiprovider.NewConstructResult(made)
	})
}

func newBox(ctx *pulumi.Context, name string, args *boxArgs, options pulumi.ResourceOption) (*box, error) {
	made := &box{}
	if err := ctx.RegisterComponentResource("gofake:index:Box", name, made, options); err != nil {
		return nil, err
	}
	inner := &thing{}
	inputs := pulumi.Map{"value": args.Value}
	err := ctx.RegisterResource("gofake:index:Thing", name+"-inner", inputs, inner, pulumi.Parent(made))
	if err != nil {
		return nil, err
	}
	made.Shout = inner.Shout
	made.Inner = inner.ID()
	return made, ctx.RegisterResourceOutputs(made, pulumi.Map{"shout": made.Shout, "inner": made.Inner})
}

type describeArgs struct {
	Greeting pulumi.StringInput `pulumi:"greeting"`
}

type describeResult struct {
	Text pulumi.StringOutput `pulumi:"text"`
}

func (p *provider) Call(ctx context.Context, req *pulumirpc.CallRequest) (*pulumirpc.CallResponse, error) {
	return pulumiprovider.Call(ctx, req, p.engine, func(
		ctx *pulumi.Context, token string, arguments pulumiprovider.CallArgs,
	) (*pulumiprovider.CallResult, error) {
		args := &describeArgs{}
		self, err := arguments.CopyTo(args)
		if err != nil {
			return nil, err
		}
		text := pulumi.Sprintf("%s from %s", args.Greeting, self.URN())
		return pulumiprovider.NewCallResult(&describeResult{Text: text})
	})
}
